#include "supervisor/commands/repair.h"

#include <fmt/format.h>

#include <filesystem>

#include "supervisor/commands/command.h"
#include "supervisor/journal/journal_repair.h"
#include "supervisor/output_folder.h"

namespace rookery {
namespace {

void tell(const JournalRepair& repair) {
  if (repair.whole) {
    fmt::print("the journal is whole: {} recordings that ended, {} under way; nothing was done\n",
               repair.kept, repair.under_way);
    return;
  }
  if (repair.facts_lost.empty()) {
    fmt::print("kept         {:>10}   recordings that ended, with all their rows\n", repair.kept);
    fmt::print("under way    {:>10}   recordings kept up to their last checkpoint\n",
               repair.under_way);
    fmt::print("not whole    {:>10}   recordings found damaged\n", repair.lost);
  } else {
    fmt::print("nothing could be kept: what the recordings were done with can't be read: {}\n",
               repair.facts_lost);
  }
  fmt::print("the damaged journal is now {}\n", repair.set_aside);
  fmt::print("`rookery run` as before does again what wasn't kept\n");
}

}  // namespace

ExitCode repair_output(const std::string& folder) {
  const OutputPaths paths{folder};
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return complain({"output", folder + " is no folder", "name an output folder"}, kExitUsage);
  }
  const auto held = OutputFolder::hold(folder);
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&held)) {
    return complain(refusal->error, refusal->exit_code);
  }
  const auto repair = repair_journal(paths.journal());
  if (!repair) return complain(repair.error(), kExitCannotGoOn);
  tell(*repair);
  return kExitDone;
}

}  // namespace rookery
