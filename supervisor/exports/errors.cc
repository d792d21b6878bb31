#include "supervisor/exports/errors.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "supervisor/atomic_file.h"
#include "supervisor/exports/row_text.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

// Every failed recording has a row here, also one that was ended without a reason.
std::vector<RecordingFault> faults_to_tell(const RecordingOutcome& outcome) {
  if (outcome.state == RecordingState::kFailed && outcome.faults.empty()) {
    return {{"journal", "failed; no reason was recorded", std::nullopt, std::nullopt}};
  }
  return outcome.faults;
}

std::string error_row(const std::string& recording, const RecordingFault& fault,
                      std::string_view status) {
  std::string row = fmt::format(R"({{"recording":{},"stage":{},"reason":{})", recording,
                                json_string(fault.stage), json_string(fault.reason));
  if (fault.start_us) row += fmt::format(R"(,"start":{})", seconds_text(*fault.start_us));
  if (fault.end_us) row += fmt::format(R"(,"end":{})", seconds_text(*fault.end_us));
  if (!fault.signal.empty()) row += fmt::format(R"(,"signal":{})", json_string(fault.signal));
  return row + fmt::format(R"(,"status":"{}"}})", status) + "\n";
}

Status write_faults(AtomicFile& file, const JournalEntry& entry) {
  const std::string recording = json_string(encode_key(entry.key));
  const bool failed = entry.outcome.state == RecordingState::kFailed;
  for (const RecordingFault& fault : faults_to_tell(entry.outcome)) {
    Status written = file.write(error_row(recording, fault, failed ? "failed" : "gap"));
    if (!written) return written;
  }
  return Done{};
}

}  // namespace

Status write_errors(Journal& journal, const std::string& out_folder) {
  auto file = AtomicFile::create(out_folder + "/errors.jsonl");
  if (!file) return file.error();
  const Status written = journal.for_each_entry(
      [&file](const JournalEntry& entry) { return write_faults(*file, entry); });
  return written ? file->commit() : written;
}

}  // namespace rookery
