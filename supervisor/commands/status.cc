// rookery status: what an output folder holds, done, failed and pending.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "supervisor/commands/command.h"
#include "supervisor/commands/output_journal.h"
#include "supervisor/commands/repair.h"
#include "supervisor/exports/status_row.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

struct StatusArguments {
  std::string folder;
  bool json = false;
  bool repair = false;
};

void print_counts(const JournalCounts& counts) {
  fmt::print("done            {:>10}   ({:.2f} h of audio)\n", counts.done,
             static_cast<double>(counts.done_us) / 3.6e9);
  fmt::print("done with gaps  {:>10}\n", counts.done_with_gaps);
  fmt::print("failed          {:>10}\n", counts.failed);
  fmt::print("pending         {:>10}\n", counts.pending);
  fmt::print("detections      {:>10}\n", counts.detections);
}

Status print_faults(const JournalEntry& entry) {
  for (const RecordingFault& fault : entry.outcome.faults) {
    const char* kind = entry.outcome.state == RecordingState::kFailed ? "failed" : "gap";
    fmt::print("{}: {}: {}: {}\n", kind, encode_key(entry.key), fault.stage, fault.reason);
  }
  return Done{};
}

Status print_row(const JournalEntry& entry) {
  fmt::print("{}", status_row(entry));
  return Done{};
}

ExitCode show_status(const StatusArguments& arguments) {
  if (arguments.repair) return repair_output(arguments.folder);
  const auto journal = open_output_journal(arguments.folder);
  if (!journal) return complain(journal.error(), exit_code_of(journal.error()));
  if (arguments.json) {
    const Status listed = (*journal)->for_each_entry(print_row);
    return listed ? kExitDone : complain(listed.error(), kExitCannotGoOn);
  }
  const auto counts = (*journal)->counts();
  if (!counts) return complain(counts.error(), kExitCannotGoOn);
  print_counts(*counts);
  const Status listed = (*journal)->for_each_entry(print_faults);
  return listed ? kExitDone : complain(listed.error(), kExitCannotGoOn);
}

}  // namespace

void add_status_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command = app.add_subcommand("status", "Say what is done, failed and pending");
  auto arguments = std::make_shared<StatusArguments>();
  command->add_option("OUT_DIR", arguments->folder, "An output folder")->required();
  command->add_flag("--json", arguments->json, "A line of JSON for each recording");
  command->add_flag("--repair", arguments->repair,
                    "Keep what is whole of a damaged journal; the next run does the rest again");
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return show_status(*arguments); }; });
}

}  // namespace rookery
