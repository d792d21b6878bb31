#include "supervisor/commands/output_journal.h"

#include <filesystem>
#include <utility>

#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/output_folder.h"

namespace rookery {

Result<std::unique_ptr<Journal>> open_output_journal(const std::string& folder) {
  const OutputPaths paths{folder};
  std::error_code ignored;
  if (!std::filesystem::exists(paths.journal(), ignored)) {
    return Error{"journal", folder + " holds no journal.sqlite",
                 "name the folder that was given to rookery run --out"};
  }
  auto journal = SqliteJournal::open_for_reading(paths.journal());
  if (!journal) return journal.error();
  return std::unique_ptr<Journal>(std::move(journal).value());
}

}  // namespace rookery
