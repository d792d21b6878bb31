#include "supervisor/bench/recordings_facts.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "supervisor/inputs/inputs.h"
#include "worker/sha256.h"

namespace rookery {
namespace {

constexpr std::int64_t kNanosecondsInSecond = 1'000'000'000;
constexpr std::size_t kDigestLetters = 12;  // chance makes no two alike, and it is read by people

struct Seen {
  std::int64_t recordings = 0;
  std::int64_t bytes = 0;
  std::int64_t last_change_ns = 0;
  Sha256 digest;

  void add(const Recording& recording) {
    const FileIdentity identity = identify(recording.path);
    ++recordings;
    bytes += identity.size_bytes;
    last_change_ns = std::max(last_change_ns, identity.mtime_ns);
    digest.add(
        fmt::format("{}{}{} {} ", recording.path, '\0', identity.size_bytes, identity.mtime_ns));
  }
};

std::string in_words(Seen& seen) {
  const std::time_t seconds = seen.last_change_ns / kNanosecondsInSecond;
  return fmt::format("{} of {} bytes, the last changed {:%Y-%m-%d %H:%M:%S} UTC ({})",
                     seen.recordings, seen.bytes, fmt::gmtime(seconds),
                     seen.digest.finish().substr(0, kDigestLetters));
}

}  // namespace

Result<std::map<std::string, std::string>> recordings_facts(
    const std::vector<std::string>& arguments) {
  Seen seen;
  const Status walked =
      for_each_recording(arguments, [&](const Recording& recording) { seen.add(recording); });
  if (!walked) return walked.error();
  return std::map<std::string, std::string>{{"inputs.files", in_words(seen)}};
}

}  // namespace rookery
