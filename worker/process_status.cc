#include "worker/process_status.h"

#include <fstream>
#include <optional>
#include <string>

namespace rookery {
namespace {

// The number on the line "Field:   123 ..." of a file in /proc.
std::optional<std::int64_t> read_field(const char* path, const std::string& field) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    std::int64_t value = 0;
    if (word == field && file >> value) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<std::int32_t> own_thread_count() {
  const std::optional<std::int64_t> threads = read_field("/proc/self/status", "Threads:");
  if (threads) return static_cast<std::int32_t>(*threads);
  return Error{"worker", "cannot read the number of threads from /proc/self/status",
               "mount /proc, or set start: spawn"};
}

std::int64_t own_status_bytes(const char* field) {
  return read_field("/proc/self/status", field).value_or(0) * 1024;
}

std::int64_t own_private_dirty_bytes() {
  const auto kilobytes = read_field("/proc/self/smaps_rollup", "Private_Dirty:");
  return kilobytes ? *kilobytes * 1024 : -1;
}

}  // namespace rookery
