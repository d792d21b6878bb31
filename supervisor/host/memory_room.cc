#include "supervisor/host/memory_room.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// Files of one group, by version.
struct Names {
  std::vector<const char*> limits;
  const char* usage;
  const char* inactive_file;
};
const Names kVersion1 = {{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"};
const Names kVersion2 = {{"memory.max", "memory.high"}, "memory.current", "inactive_file"};

std::optional<std::int64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

// The number on the line "word 123" or "word: 123 kB".
std::int64_t number_on_line(const fs::path& path, const std::string& wanted) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(wanted) && line.find_first_of(": ") == wanted.size()) {
      return std::stoll(line.substr(wanted.size() + 1));
    }
  }
  return 0;
}

std::optional<MemoryRoom> room_of(const ControlGroup& group) {
  const Names& names = group.version == 2 ? kVersion2 : kVersion1;
  const auto usage = number_in(group.folder / names.usage);
  std::int64_t limit = kNoLimit;
  for (const char* name : names.limits) {
    limit = std::min(limit, number_in(group.folder / name).value_or(kNoLimit));
  }
  if (!usage || limit == kNoLimit) return std::nullopt;
  const std::int64_t cache = number_on_line(group.folder / "memory.stat", names.inactive_file);
  return MemoryRoom{std::max<std::int64_t>(0, limit - *usage + cache), limit};
}

}  // namespace

std::vector<MemoryRoom> memory_rooms(const HostFiles& files) {
  std::vector<MemoryRoom> rooms;
  const MemoryRoom host{number_on_line(files.proc / "meminfo", "MemAvailable") * 1024,
                        number_on_line(files.proc / "meminfo", "MemTotal") * 1024};
  if (host.total_bytes > 0) rooms.push_back(host);
  for (const ControlGroup& group : control_groups(files, "memory")) {
    const auto room = room_of(group);
    // Version 1 says "no limit" by a number far beyond the host's memory.
    if (!room || (host.total_bytes > 0 && room->total_bytes >= host.total_bytes)) continue;
    rooms.push_back(*room);
  }
  return rooms;
}

}  // namespace rookery
