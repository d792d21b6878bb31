#include "supervisor/host/host_facts.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/cpu_topology.h"

namespace rookery {
namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

double memory_gib() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)) /
         (1024.0 * 1024.0 * 1024.0);
}

// "always [madvise] never": the word in brackets holds.
std::string transparent_hugepages() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string word;
  while (file >> word) {
    if (word.starts_with('[') && word.ends_with(']')) return word.substr(1, word.size() - 2);
  }
  return "unknown";
}

}  // namespace

std::map<std::string, std::string> host_facts() {
  std::map<std::string, std::string> facts;
  utsname names{};
  uname(&names);
  facts["kernel"] = fmt::format("{} {}", names.sysname, names.release);
  facts["processor"] = processor_name();
  facts["memory_gib"] = fmt::format("{:.1f}", memory_gib());
  if (const auto topology = host_topology()) {
    facts["logical_cores"] = std::to_string(topology->cores.size());
    facts["physical_cores"] = std::to_string(topology->physical_cores);
    facts["sockets"] = std::to_string(topology->sockets);
    facts["numa_nodes"] = std::to_string(topology->numa_nodes);
  }
  const auto quota = cpu_quota();
  facts["cpu_quota"] = quota ? fmt::format("{:.2f}", *quota) : "none";
  facts["transparent_hugepages"] = transparent_hugepages();
  return facts;
}

}  // namespace rookery
