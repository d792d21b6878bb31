// What the formats with a file for each recording have in common: where it stands, and when it is
// written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "supervisor/atomic_file.h"
#include "supervisor/exports/export.h"

namespace rookery {

// What stands in the file of one recording after the other. Called as an ExportWriter is, for
// recordings that have a file alone, each time with that file; its Errors are passed on. One that
// met an Error is called again for the next recording, with begin().
class RecordingContents {
 public:
  virtual ~RecordingContents() = default;
  virtual Status begin(const JournalEntry& entry, AtomicFile& file) = 0;
  virtual Status add(const Detection& detection, const std::string& label, AtomicFile& file) = 0;
  virtual bool takes_vectors() const { return false; }
  virtual Status begin_vectors(const VectorShape& /*shape*/, AtomicFile& /*file*/) {
    return Done{};
  }
  virtual Status add_vectors(const SegmentVectors& /*vectors*/, AtomicFile& /*file*/) {
    return Done{};
  }
  virtual Status end(AtomicFile& file) = 0;
};

// Writes a file for each recording that is done, under its key with `suffix` appended, and removes
// the one that an earlier run wrote for a recording that is done no more. A recording whose file
// can't be written doesn't keep the others from theirs: close() returns the first Error.
class PerRecordingWriter final : public ExportWriter {
 public:
  PerRecordingWriter(std::string out_folder, std::string_view suffix,
                     std::unique_ptr<RecordingContents> contents);

  Status begin_recording(const JournalEntry& entry) override;
  Status add(const Detection& detection, const std::string& label) override;
  bool takes_vectors() const override { return contents_->takes_vectors(); }
  Status begin_vectors(const VectorShape& shape) override;
  Status add_vectors(const SegmentVectors& vectors) override;
  Status end_recording() override;
  Status close() override;

 private:
  Status open_file(const JournalEntry& entry);
  void keep(const Status& status);

  std::string out_folder_;
  std::string suffix_;
  std::unique_ptr<RecordingContents> contents_;
  std::string path_;
  std::optional<AtomicFile> file_;
  std::optional<Error> first_error_;
};

// Creates a PerRecordingWriter of some Contents.
template <class Contents, class... Arguments>
Result<std::unique_ptr<ExportWriter>> create_per_recording(const std::string& out_folder,
                                                           std::string_view suffix,
                                                           const Arguments&... arguments) {
  return std::unique_ptr<ExportWriter>(std::make_unique<PerRecordingWriter>(
      out_folder, suffix, std::make_unique<Contents>(arguments...)));
}

}  // namespace rookery
