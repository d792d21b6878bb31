#include "supervisor/commands/run_output.h"

#include <utility>

#include "supervisor/atomic_file.h"
#include "supervisor/config/config_file.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/config/fingerprint.h"
#include "supervisor/exports/export.h"

namespace rookery {

std::variant<RunOutput, OutputFolderRefusal> RunOutput::open(const LoadedOutput& what) {
  auto opened = OutputFolder::open(what.folder);
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&opened)) return *refusal;
  auto& folder = std::get<OutputFolder>(opened);
  auto journal = SqliteJournal::open(folder.paths().journal());
  if (!journal) return OutputFolderRefusal{kExitCannotGoOn, journal.error()};
  return RunOutput(what, std::move(folder), std::move(journal).value());
}

std::variant<RunOutput, OutputFolderRefusal> RunOutput::begin_afresh(const LoadedOutput& what) {
  if (const auto refusal = OutputFolder::move_aside(what.folder)) return *refusal;
  return open(what);
}

std::optional<OutputFolderRefusal> RunOutput::take_up(
    const std::map<std::string, std::string>& facts) {
  const auto earlier = journal_->facts();
  if (!earlier) return OutputFolderRefusal{kExitCannotGoOn, earlier.error()};
  if (!earlier->empty()) {
    if (const auto difference = first_difference(*earlier, facts)) {
      return OutputFolderRefusal{kExitUsage, *difference};
    }
  }
  Status begun = journal_->set_facts(facts);
  if (begun) begun = journal_->begin_run();
  if (begun) begun = journal_->flush();
  if (begun) begun = write_file_atomically(paths().run_config(), to_yaml(what_->config));
  if (!begun) return OutputFolderRefusal{kExitCannotGoOn, begun.error()};
  return std::nullopt;
}

Result<std::string> RunOutput::write_formats() {
  const auto facts = journal_->facts();
  if (!facts) return facts.error();
  const auto settings = export_settings(*facts);
  if (!settings) return settings.error();
  const auto untold = untold_times(*journal_, *settings);
  if (!untold) return untold.error();
  const Status written =
      write_exports(*journal_, *settings, paths().folder, what_->config.speed.formats);
  if (!written) return written.error();
  return untold->value_or("");
}

Status RunOutput::write(RunSummary summary) {
  if (const auto counts = journal_->counts()) summary.counts = *counts;
  for (const ConfigKey& key : config_keys()) summary.settings[key.name] = key.print(what_->config);
  return write_summary(summary, paths().summary());
}

}  // namespace rookery
