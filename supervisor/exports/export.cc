#include "supervisor/exports/export.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "supervisor/exports/errors.h"
#include "supervisor/exports/formats.h"

namespace rookery {
namespace {

const ExportFormat* find_format(std::string_view name) {
  const auto& formats = export_formats();
  const auto place =
      std::find_if(formats.begin(), formats.end(),
                   [name](const ExportFormat& format) { return format.name == name; });
  return place == formats.end() ? nullptr : &*place;
}

Result<std::string> label_of(const JournalEntry& entry, const Detection& detection,
                             const std::vector<std::string>& labels) {
  if (!detection.text.empty()) return detection.text;
  const auto index = static_cast<std::size_t>(detection.label);
  if (detection.label >= 0 && index < labels.size()) return labels[index];
  return Error{"export",
               fmt::format("{} has a detection of label {}, but the model has {} labels", entry.key,
                           detection.label, labels.size()),
               "name the model that the output folder was made with"};
}

Status write_vectors(Journal& journal, std::int64_t id, ExportWriter& writer) {
  const auto shape = journal.vector_shape(id);
  if (!shape) return shape.error();
  Status begun = writer.begin_vectors(*shape);
  if (!begun) return begun;
  return journal.for_each_vectors(
      id, [&writer](const SegmentVectors& vectors) { return writer.add_vectors(vectors); });
}

Status write_recording(Journal& journal, const ExportSettings& settings, const JournalEntry& entry,
                       ExportWriter& writer) {
  Status begun = writer.begin_recording(entry);
  if (!begun) return begun;
  Status added = journal.for_each_detection(entry.id, [&](const Detection& detection) -> Status {
    const auto label = label_of(entry, detection, settings.labels);
    return label ? writer.add(detection, *label) : label.error();
  });
  if (added && writer.takes_vectors()) added = write_vectors(journal, entry.id, writer);
  return added ? writer.end_recording() : added;
}

Status write_format(Journal& journal, const ExportSettings& settings, const std::string& out_folder,
                    const ExportFormat& format) {
  const auto writer = format.create(out_folder, settings);
  if (!writer) return writer.error();
  const Status written = journal.for_each_entry([&](const JournalEntry& entry) {
    return write_recording(journal, settings, entry, **writer);
  });
  return written ? (*writer)->close() : written;
}

}  // namespace

const std::vector<ExportFormat>& export_formats() {
  static const std::vector<ExportFormat> kFormats = {
      {"jsonl", "detections.jsonl, one JSON object a detection", create_jsonl},
      {"csv", "detections.csv, one line a detection", create_csv},
      {"rttm", "detections.rttm, rich transcription time marks", create_rttm},
      {"audacity", "KEY.txt, a label track for Audacity", create_audacity},
      {"raven", "KEY.selections.txt, a selection table for Raven", create_raven},
      {"srt", "KEY.srt, SubRip subtitles", create_srt},
      {"vtt", "KEY.vtt, WebVTT subtitles", create_vtt},
      {"textgrid", "KEY.TextGrid, tiers for Praat", create_textgrid},
      {"npy", "KEY.npy, vectors as a NumPy array", create_npy},
      {"npz", "KEY.npz, vectors and their times as NumPy arrays", create_npz},
  };
  return kFormats;
}

Status check_formats(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (find_format(name) != nullptr) continue;
    std::vector<std::string_view> known;
    for (const ExportFormat& format : export_formats()) known.push_back(format.name);
    return Error{"config",
                 fmt::format("\"{}\" is no format; there are {}", name, fmt::join(known, ", ")),
                 ""};
  }
  return Done{};
}

Status write_exports(Journal& journal, const ExportSettings& settings,
                     const std::string& out_folder, const std::vector<std::string>& names) {
  Status first_error = check_formats(names);
  if (!first_error) return first_error;
  const auto keep = [&first_error](const Status& status) {
    if (first_error && !status) first_error = status;
  };
  keep(write_errors(journal, out_folder));
  for (const std::string& name : names) {
    keep(write_format(journal, settings, out_folder, *find_format(name)));
  }
  return first_error;
}

}  // namespace rookery
