// rookery doctor: what of this host helps, and what hurts.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <CLI/CLI.hpp>
#include <array>
#include <string>

#include "rookery/run_config.h"
#include "shm/sealed_memory.h"
#include "supervisor/commands/command.h"
#include "supervisor/commands/sandbox_text.h"
#include "supervisor/commands/worker_answer.h"
#include "supervisor/host/allocator_presets.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/cpu_topology.h"
#include "supervisor/host/host_facts.h"
#include "supervisor/host/memory_room.h"
#include "supervisor/host/worker_environment.h"
#include "supervisor/host/worker_placement.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/worker_memory.h"

namespace rookery {
namespace {

enum class Finding { kGood, kNote, kBad };

// Prints findings and remembers the worst.
class Report {
 public:
  void say(Finding finding, const std::string& what, const std::string& detail) {
    constexpr std::array marks = {"ok  ", "note", "BAD "};
    fmt::print("{}  {:<14} {}\n", marks.at(static_cast<std::size_t>(finding)), what, detail);
    if (finding == Finding::kBad) exit_code_ = kExitCannotGoOn;
  }
  ExitCode exit_code() const { return exit_code_; }

 private:
  ExitCode exit_code_ = kExitDone;
};

void look_at_cores(Report& report) {
  const auto topology = host_topology();
  if (!topology) return report.say(Finding::kBad, "cores", topology.error().reason);
  const auto placement = place_workers(*topology, cpu_quota(), {});
  const auto facts = host_facts();
  report.say(Finding::kGood, "processor", facts.at("processor"));
  report.say(
      Finding::kGood, "cores",
      fmt::format("{} physical, {} logical, {} NUMA node(s); CPU quota {}; workers: auto gives {}",
                  facts.at("physical_cores"), facts.at("logical_cores"), facts.at("numa_nodes"),
                  facts.at("cpu_quota"), placement ? placement->cores.size() : 0));
}

void look_at_memory(Report& report) {
  report.say(Finding::kGood, "memory", host_facts().at("memory_gib") + " GiB");
  const auto sealed = memfd_with("doctor", "x");
  if (sealed) {
    report.say(Finding::kGood, "shared memory", "sealed memfd works; /dev/shm is not used");
  } else {
    report.say(Finding::kBad, "shared memory", sealed.error().reason);
  }
}

void look_at_huge_pages(Report& report) {
  const std::string setting = host_facts().at("transparent_hugepages");
  const bool none = setting == "never" || setting == "unknown";
  report.say(none ? Finding::kNote : Finding::kGood, "huge pages",
             setting == "unknown" ? "the kernel has no transparent huge pages" : setting);
}

void look_at_allocators(Report& report) {
  for (const AllocatorPreset& preset : allocator_presets()) {
    const auto environment = worker_environment(preset.name);
    report.say(environment ? Finding::kGood : Finding::kNote, "allocator",
               fmt::format("{:<16} {}", preset.name,
                           environment ? preset.summary : environment.error().remedy));
  }
}

void look_at_openmp(Report& report) {
  const auto libomp = worker_environment(SpeedSettings().allocator, "libomp");
  report.say(libomp ? Finding::kGood : Finding::kNote, "OpenMP",
             "libomp: " + (libomp ? "can be had besides libgomp" : libomp.error().remedy));
}

void look_at_limits(Report& report) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  constexpr rlim_t enough_files = 1024;
  report.say(files.rlim_cur < enough_files ? Finding::kNote : Finding::kGood, "open files",
             fmt::format("at most {}", files.rlim_cur));
}

void look_at_worker(Report& report) {
  ChildOptions options;
  options.program = sibling_program("rookery-worker");
  options.arguments = {"--version"};
  const auto output = output_of(options);
  if (!output || output->empty()) {
    return report.say(
        Finding::kBad, "rookery-worker",
        output ? "does not start: is LibTorch where it was at the build?" : output.error().reason);
  }
  report.say(Finding::kGood, "rookery-worker", output->substr(0, output->find('\n')));
}

void look_at_sandbox(Report& report) {
  const auto answer = ask_worker({"sandbox"});
  if (!answer) return report.say(Finding::kNote, "sandbox", answer.error().reason);
  const SandboxState state{answer->value("landlock", 0), answer->value("seccomp", false)};
  const bool whole = state.landlock_abi > 0 && state.seccomp;
  report.say(whole ? Finding::kGood : Finding::kNote, "sandbox", describe(state));
  const bool limited = answer->value("memory_limit", false);
  report.say(limited ? Finding::kGood : Finding::kNote, "memory limit",
             limited ? describe_memory_limit(own_memory_bytes({}, 1, memory_rooms()))
                     : "the kernel does not limit a process's memory by RLIMIT_DATA");
}

ExitCode examine_host() {
  Report report;
  look_at_cores(report);
  look_at_memory(report);
  look_at_huge_pages(report);
  look_at_allocators(report);
  look_at_openmp(report);
  look_at_limits(report);
  look_at_worker(report);
  look_at_sandbox(report);
  return report.exit_code();
}

}  // namespace

void add_doctor_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command = app.add_subcommand("doctor", "Say what of this host helps and what hurts");
  command->callback([&chosen] { chosen = [] { return examine_host(); }; });
}

}  // namespace rookery
