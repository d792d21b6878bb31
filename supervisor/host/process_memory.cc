#include "supervisor/host/process_memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>

namespace rookery {
namespace {

std::string proc_path(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

struct Size {
  std::string_view name;  // with its colon
  std::int64_t* bytes;
};

// From lines such as "Pss:   123 kB". Whether any of them is there.
bool read_sizes(const std::string& path, std::initializer_list<Size> sizes) {
  std::ifstream file(path);
  bool found = false;
  for (std::string line; std::getline(file, line);) {
    const auto* size = std::ranges::find_if(
        sizes, [&line](const Size& one) { return line.starts_with(one.name); });
    const auto digits = line.find_first_of("0123456789");
    if (size == sizes.end() || digits == std::string::npos) continue;
    std::int64_t kilobytes = 0;
    std::from_chars(line.data() + digits, line.data() + line.size(), kilobytes);
    *size->bytes = kilobytes * 1024;
    found = true;
  }
  return found;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  const std::string id = std::to_string(pid);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  pid_t child = 0;
  while (file >> child) children.push_back(child);
  return children;
}

}  // namespace

ProcessMemory& ProcessMemory::operator+=(const ProcessMemory& other) {
  pss_bytes += other.pss_bytes;
  rss_bytes += other.rss_bytes;
  private_dirty_bytes += other.private_dirty_bytes;
  anonymous_bytes += other.anonymous_bytes;
  pss_shmem_bytes += other.pss_shmem_bytes;
  return *this;
}

std::optional<ProcessMemory> process_memory(pid_t pid) {
  ProcessMemory memory;
  const bool found =
      read_sizes(proc_path(pid, "smaps_rollup"), {{"Pss:", &memory.pss_bytes},
                                                  {"Rss:", &memory.rss_bytes},
                                                  {"Private_Dirty:", &memory.private_dirty_bytes},
                                                  {"Anonymous:", &memory.anonymous_bytes},
                                                  {"Pss_Shmem:", &memory.pss_shmem_bytes}});
  if (!found) return std::nullopt;
  return memory;
}

ResidentMemory resident_memory(pid_t pid) {
  ResidentMemory memory;
  read_sizes(proc_path(pid, "status"), {{"VmRSS:", &memory.rss_bytes},
                                        {"RssAnon:", &memory.anonymous_bytes},
                                        {"RssShmem:", &memory.shmem_bytes}});
  return memory;
}

std::int64_t anonymous_bytes(pid_t pid) { return resident_memory(pid).anonymous_bytes; }

std::vector<pid_t> process_tree(pid_t root) {
  std::vector<pid_t> tree = {root};
  for (std::size_t next = 0; next < tree.size(); ++next) {
    for (const pid_t child : children_of(tree[next])) tree.push_back(child);
  }
  return tree;
}

ProcessMemory tree_memory(pid_t root) {
  ProcessMemory sum;
  for (const pid_t pid : process_tree(root)) sum += process_memory(pid).value_or(ProcessMemory{});
  return sum;
}

double tree_cpu_seconds(pid_t root) {
  std::int64_t ticks = 0;
  for (const pid_t pid : process_tree(root)) {
    std::ifstream file(proc_path(pid, "stat"));
    std::string text;
    std::getline(file, text);
    // Fields are counted after the program's name, which may hold anything up to the last ')'.
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream fields(text.substr(name_end + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    if (fields >> user >> system) ticks += user + system;
  }
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace rookery
