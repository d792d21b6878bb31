#include "supervisor/commands/output_journal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/output_folder.h"

namespace rookery {
namespace {

// A run of several models makes an output folder for each in the one that it was given.
std::vector<std::string> outputs_within(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code code;
  std::filesystem::directory_iterator entries(folder, code);
  for (; !code && entries != std::filesystem::directory_iterator(); entries.increment(code)) {
    const OutputPaths paths{entries->path()};
    if (std::filesystem::exists(paths.journal(), code)) found.push_back(paths.folder);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Error holds_no_journal(const std::string& folder) {
  const auto outputs = outputs_within(folder);
  if (outputs.empty()) {
    return {
        "output", folder + " holds no journal.sqlite",
        "name the folder that was given to rookery run --out; if it is that one and the journal "
        "is gone, put it back or begin anew with `rookery run --fresh`"};
  }
  return {"output", folder + " holds the outputs of several models",
          fmt::format("name one of {}", fmt::join(outputs, ", "))};
}

}  // namespace

Result<std::unique_ptr<Journal>> open_output_journal(const std::string& folder) {
  const OutputPaths paths{folder};
  std::error_code ignored;
  if (!std::filesystem::exists(paths.journal(), ignored)) {
    return holds_no_journal(folder);
  }
  auto journal = SqliteJournal::open_for_reading(paths.journal());
  if (!journal) return journal.error();
  return std::unique_ptr<Journal>(std::move(journal).value());
}

ExitCode exit_code_of(const Error& error) {
  return error.stage == "output" ? kExitUsage : kExitCannotGoOn;
}

}  // namespace rookery
