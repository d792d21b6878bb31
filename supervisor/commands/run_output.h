// One output folder of a run: lock, journal, exports, summary.
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "rookery/result.h"
#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/loaded_run.h"
#include "supervisor/output_folder.h"
#include "supervisor/summary.h"

namespace rookery {

class RunOutput {
 public:
  // Takes hold of the folder; `what` outlives it.
  static std::variant<RunOutput, OutputFolderRefusal> open(const LoadedOutput& what);
  // The same, but what is there already is moved aside first.
  static std::variant<RunOutput, OutputFolderRefusal> begin_afresh(const LoadedOutput& what);

  // Begins a run in it. A folder is refused, not mixed, when `facts`, what shapes results, differ
  // from those it was begun with.
  std::optional<OutputFolderRefusal> take_up(const std::map<std::string, std::string>& facts);

  Journal& journal() { return *journal_; }
  const OutputPaths& paths() const { return folder_.paths(); }

  // Writes the formats of the configuration; what the person should know of them, or "".
  Result<std::string> write_formats();
  // Fills in the folder's counts and settings.
  Status write(RunSummary summary);

 private:
  RunOutput(const LoadedOutput& what, OutputFolder folder, std::unique_ptr<SqliteJournal> journal)
      : what_(&what), folder_(std::move(folder)), journal_(std::move(journal)) {}

  const LoadedOutput* what_;
  OutputFolder folder_;
  std::unique_ptr<SqliteJournal> journal_;
};

}  // namespace rookery
