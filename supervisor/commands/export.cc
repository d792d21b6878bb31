// rookery export: formats from the journal, without inference.
#include "supervisor/exports/export.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/commands/command.h"
#include "supervisor/commands/output_journal.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/timestamps.h"

namespace rookery {
namespace {

struct ExportArguments {
  std::string folder;
  std::vector<std::string> formats = {"jsonl"};
  std::optional<std::string> timestamps;
};

// What the last run was told, unless the arguments say otherwise.
Result<ExportSettings> settings_of(Journal& journal, const ExportArguments& arguments) {
  const auto facts = journal.facts();
  if (!facts) return facts.error();
  auto settings = export_settings(*facts);
  if (!settings || !arguments.timestamps) return settings;
  auto source = time_source(*arguments.timestamps);
  if (!source) return source.error();
  settings->times = std::move(*source);
  return settings;
}

Status write_formats(Journal& journal, const ExportSettings& settings,
                     const ExportArguments& arguments) {
  const auto untold = untold_times(journal, settings);
  if (!untold) return untold.error();
  if (*untold) fmt::print(stderr, "rookery: {}\n", **untold);
  return write_exports(journal, settings, arguments.folder, arguments.formats);
}

ExitCode run_export(const ExportArguments& arguments) {
  // Once without a folder: what is no format at all is told first.
  if (const Status known = check_formats(arguments.formats, false); !known)
    return complain(known.error(), kExitUsage);
  const auto journal = open_output_journal(arguments.folder);
  if (!journal) return complain(journal.error(), exit_code_of(journal.error()));
  const auto settings = settings_of(**journal, arguments);
  if (!settings) {
    return complain(settings.error(),
                    settings.error().stage == "config" ? kExitUsage : kExitCannotGoOn);
  }
  if (const Status fitting = check_formats(arguments.formats, settings->each_channel); !fitting)
    return complain(fitting.error(), kExitUsage);
  const Status written = write_formats(**journal, *settings, arguments);
  return written ? kExitDone : complain(written.error(), kExitCannotGoOn);
}

}  // namespace

void add_export_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("export", "Write formats from the journal, without inference");
  auto arguments = std::make_shared<ExportArguments>();
  command->add_option("OUT_DIR", arguments->folder, "An output folder")->required();
  command
      ->add_option("--format", arguments->formats,
                   fmt::format("Comma-separated: {}", fmt::join(format_names(), ", ")))
      ->delimiter(',');
  command->add_option("--timestamps", arguments->timestamps,
                      "none, header or filename=FORMAT instead of what the last run was told");
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return run_export(*arguments); }; });
}

}  // namespace rookery
