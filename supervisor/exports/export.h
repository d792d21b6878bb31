// Exports: formats written from the journal, in input order, whole or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/result.h"
#include "supervisor/journal/journal.h"
#include "supervisor/timestamps.h"

namespace rookery {

// Writes one format. For every entry of the journal, in input order: begin_recording(), then add()
// for each of its rows in row order, if takes_vectors() begin_vectors() and add_vectors() for some
// of its vectors at a time, then end_recording(); failed and pending recordings have no rows.
// `label` is what names the row: the model's label, or the word. After the last, close(). Destroyed
// before close(), it leaves what stood under its final names.
class ExportWriter {
 public:
  virtual ~ExportWriter() = default;

  virtual Status begin_recording(const JournalEntry& entry) = 0;
  virtual Status add(const Detection& detection, const std::string& label) = 0;
  virtual bool takes_vectors() const { return false; }
  virtual Status begin_vectors(const VectorShape& /*shape*/) { return Done{}; }
  virtual Status add_vectors(const SegmentVectors& /*vectors*/) { return Done{}; }
  virtual Status end_recording() = 0;
  virtual Status close() = 0;
};

// What formats say besides the journal's rows.
struct ExportSettings {
  std::vector<std::string> labels;  // the model's, by index
  std::int32_t sample_rate = 0;     // the model's, in Hz
  TimeSource times;                 // that rows carry
  bool each_channel = false;        // rows are of one channel each
  std::int64_t vector_length = 0;   // of the model's vectors; 0: not known
};

// Read from the journal's facts, so that `rookery export` needs no model. An Error (stage
// "journal") if one is missing.
Result<ExportSettings> export_settings(const std::map<std::string, std::string>& facts);

struct ExportFormat {
  std::string_view name;         // as in --format
  std::string_view description;  // what it writes, for --help
  Result<std::unique_ptr<ExportWriter>> (*create)(const std::string& out_folder,
                                                  const ExportSettings& settings);
  bool tells_channel = false;  // of rows that are of one channel each
};

// All formats to choose from, in the order in which they are shown.
const std::vector<ExportFormat>& export_formats();

// An Error (stage "config") that lists the others for an unknown name, and for a format that cannot
// tell a row's channel where rows are of one channel each.
Status check_formats(const std::vector<std::string>& names, bool each_channel);

// Finished recordings of which no time is told though times are wanted, as a line to be told;
// nullopt if there are none.
Result<std::optional<std::string>> untold_times(Journal& journal, const ExportSettings& settings);

// Writes errors.jsonl and the named formats to `out_folder`. A format that
// fails doesn't keep the others from being written; the first Error is returned.
Status write_exports(Journal& journal, const ExportSettings& settings,
                     const std::string& out_folder, const std::vector<std::string>& names);

}  // namespace rookery
