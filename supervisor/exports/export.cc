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

Status write_vectors(Journal& journal, const ExportSettings& settings, std::int64_t id,
                     ExportWriter& writer) {
  auto shape = journal.vector_shape(id);
  if (!shape) return shape.error();
  if (shape->count == 0) shape->length = settings.vector_length;
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
  if (added && writer.takes_vectors()) added = write_vectors(journal, settings, entry.id, writer);
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
      {"jsonl", "detections.jsonl, one JSON object a detection", create_jsonl, true},
      {"csv", "detections.csv, one line a detection", create_csv, true},
      {"rttm", "detections.rttm, rich transcription time marks", create_rttm, true},
      {"audacity", "KEY.txt, a label track for Audacity", create_audacity, true},
      {"raven", "KEY.selections.txt, a selection table for Raven", create_raven, true},
      {"srt", "KEY.srt, SubRip subtitles", create_srt},
      {"vtt", "KEY.vtt, WebVTT subtitles", create_vtt},
      {"textgrid", "KEY.TextGrid, tiers for Praat", create_textgrid},
      {"npy", "KEY.npy, vectors as a NumPy array", create_npy},
      {"npz", "KEY.npz, vectors and their times as NumPy arrays", create_npz},
  };
  return kFormats;
}

Status check_formats(const std::vector<std::string>& names, bool each_channel) {
  const auto fits = [each_channel](const ExportFormat& format) {
    return format.tells_channel || !each_channel;
  };
  for (const std::string& name : names) {
    const ExportFormat* format = find_format(name);
    if (format != nullptr && fits(*format)) continue;
    std::vector<std::string_view> others;
    for (const ExportFormat& other : export_formats()) {
      if (fits(other)) others.push_back(other.name);
    }
    const char* why = format == nullptr ? "is no format" : "cannot tell the channel of a row";
    return Error{
        "config",
        fmt::format("formats: \"{}\" {}; there are {}", name, why, fmt::join(others, ", ")), ""};
  }
  return Done{};
}

Status write_exports(Journal& journal, const ExportSettings& settings,
                     const std::string& out_folder, const std::vector<std::string>& names) {
  Status first_error = check_formats(names, settings.each_channel);
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
