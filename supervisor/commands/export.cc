// rookery export: formats from the journal, without inference.
#include "supervisor/exports/export.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "supervisor/commands/command.h"
#include "supervisor/commands/output_journal.h"
#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

ExitCode export_formats_of(const std::string& folder, const std::vector<std::string>& formats) {
  if (const Status known = check_formats(formats); !known)
    return complain(known.error(), kExitUsage);
  const auto journal = open_output_journal(folder);
  if (!journal) return complain(journal.error(), kExitUsage);
  const auto facts = (*journal)->facts();
  if (!facts) return complain(facts.error(), kExitCannotGoOn);
  const auto settings = export_settings(*facts);
  if (!settings) return complain(settings.error(), kExitCannotGoOn);
  const Status written = write_exports(**journal, *settings, folder, formats);
  return written ? kExitDone : complain(written.error(), kExitCannotGoOn);
}

struct ExportArguments {
  std::string folder;
  std::vector<std::string> formats = {"jsonl"};
};

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
  command->callback([arguments, &chosen] {
    chosen = [arguments] { return export_formats_of(arguments->folder, arguments->formats); };
  });
}

}  // namespace rookery
