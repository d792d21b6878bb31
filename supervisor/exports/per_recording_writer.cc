#include "supervisor/exports/per_recording_writer.h"

#include <unistd.h>

#include <utility>

#include "supervisor/exports/recording_path.h"

namespace rookery {

PerRecordingWriter::PerRecordingWriter(std::string out_folder, std::string_view suffix,
                                       std::unique_ptr<RecordingContents> contents)
    : out_folder_(std::move(out_folder)), suffix_(suffix), contents_(std::move(contents)) {}

Status PerRecordingWriter::begin_recording(const JournalEntry& entry) {
  const bool has_file = entry.outcome.state == RecordingState::kDone ||
                        entry.outcome.state == RecordingState::kDoneWithGaps;
  auto path = recording_path(out_folder_, entry.key, suffix_);
  if (!path && has_file) keep(path.error());
  if (!path) return Done{};
  path_ = std::move(*path);
  if (has_file) {
    keep(open_file(entry));
  } else {
    unlink(path_.c_str());  // of an earlier run, when the file had other contents
  }
  return Done{};
}

Status PerRecordingWriter::open_file(const JournalEntry& entry) {
  Status made = make_folder_for(path_);
  if (!made) return made;
  // Temporary files all lie in the output folder itself, where the next run looks for them.
  auto file = AtomicFile::create(path_, out_folder_);
  if (!file) return file.error();
  file_.emplace(std::move(*file));
  return contents_->begin(entry, *file_);
}

Status PerRecordingWriter::add(const Detection& detection, const std::string& label) {
  if (file_) keep(contents_->add(detection, label, *file_));
  return Done{};
}

Status PerRecordingWriter::begin_vectors(const VectorShape& shape) {
  if (file_) keep(contents_->begin_vectors(shape, *file_));
  return Done{};
}

Status PerRecordingWriter::add_vectors(const SegmentVectors& vectors) {
  if (file_) keep(contents_->add_vectors(vectors, *file_));
  return Done{};
}

Status PerRecordingWriter::end_recording() {
  if (file_) keep(contents_->end(*file_));
  if (file_) keep(file_->commit());
  file_.reset();
  return Done{};
}

Status PerRecordingWriter::close() { return first_error_ ? Status(*first_error_) : Done{}; }

void PerRecordingWriter::keep(const Status& status) {
  if (status) return;
  if (!first_error_) first_error_ = status.error();
  file_.reset();
}

}  // namespace rookery
