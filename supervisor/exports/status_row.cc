#include "supervisor/exports/status_row.h"

#include <fmt/format.h>

#include <string_view>

#include "supervisor/exports/row_text.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

std::string_view word_for(RecordingState state) {
  switch (state) {
    case RecordingState::kPending:
      return "pending";
    case RecordingState::kDone:
      return "done";
    case RecordingState::kDoneWithGaps:
      return "done_with_gaps";
    case RecordingState::kFailed:
      break;
  }
  return "failed";
}

std::string reasons(const std::vector<RecordingFault>& faults) {
  std::string list;
  for (const RecordingFault& fault : faults) {
    list += (list.empty() ? "" : ",") + json_string(fault.stage + ": " + fault.reason);
  }
  return list;
}

}  // namespace

std::string status_row(const JournalEntry& entry) {
  const FileIdentity& file = entry.identity;
  std::string row = fmt::format(
      R"({{"recording":{},"path":{},"bytes":{},"mtime_ns":{})", json_string(encode_key(entry.key)),
      json_string(encode_key(entry.path)), file.size_bytes, file.mtime_ns);
  if (!file.content_digest.empty()) row += fmt::format(R"(,"sha256":"{}")", file.content_digest);
  return row +
         fmt::format(R"(,"status":"{}","attempts":{},"detections":{},"seconds":{},)"
                     R"("reasons":[{}]}})",
                     word_for(entry.outcome.state), entry.attempts, entry.rows,
                     seconds_text(entry.outcome.duration_us), reasons(entry.outcome.faults)) +
         "\n";
}

}  // namespace rookery
