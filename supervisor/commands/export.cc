// rookery export: formats from the journal, without inference.
#include "supervisor/exports/export.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "supervisor/commands/command.h"
#include "supervisor/commands/output_journal.h"

namespace rookery {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

ExitCode export_formats_of(const std::string& folder, const std::vector<std::string>& formats) {
  if (const Status known = check_formats(formats); !known)
    return complain(known.error(), kExitUsage);
  const auto journal = open_output_journal(folder);
  if (!journal) return complain(journal.error(), kExitUsage);
  const auto facts = (*journal)->facts();
  if (!facts) return complain(facts.error(), kExitCannotGoOn);
  const auto labels = facts->find(kLabelsFact);
  if (labels == facts->end()) {
    return complain(
        {"journal", folder + ": the journal names no labels", "run rookery run on it once"},
        kExitCannotGoOn);
  }
  const Status written = write_exports(**journal, lines_of(labels->second), folder, formats);
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
  command->add_option("--format", arguments->formats, "Comma-separated: jsonl, csv, audacity")
      ->delimiter(',');
  command->callback([arguments, &chosen] {
    chosen = [arguments] { return export_formats_of(arguments->folder, arguments->formats); };
  });
}

}  // namespace rookery
