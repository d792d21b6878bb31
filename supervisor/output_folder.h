// The output folder of a run: made or taken up again, and held by one run at a time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// Where things stand in an output folder; docs/outputs.md explains them.
struct OutputPaths {
  std::string folder;

  std::string journal() const { return folder + "/journal.sqlite"; }
  std::string run_config() const { return folder + "/run.yaml"; }
  std::string summary() const { return folder + "/summary.json"; }
  std::string lock() const { return folder + "/.rookery-lock"; }
};

// Why a folder can't be used, and with which exit code the command should say so: kExitUsage (a
// file, or a folder of something else), kExitCannotGoOn (not to be made or written, or its journal
// is gone) or kExitResumable (another run holds it).
struct OutputFolderRefusal {
  ExitCode exit_code = kExitCannotGoOn;
  Error error;
};

// Holds the lock while it lives; the kernel lets go of it if the process dies. Movable.
class OutputFolder {
 public:
  // Makes the folder with its parents, or takes up one that is empty or holds a journal, and
  // removes temporary files of killed runs.
  static std::variant<OutputFolder, OutputFolderRefusal> open(const std::string& path);

  // Takes hold of an output folder whatever has become of its journal; none is made.
  static std::variant<OutputFolder, OutputFolderRefusal> hold(const std::string& path);

  // Renames an output folder that no run holds, also one that lost its journal, to the first free
  // of PATH.old-1, PATH.old-2 …; nothing happens if there is none, or it is empty. The errors of
  // open().
  static std::optional<OutputFolderRefusal> move_aside(const std::string& path);

  const OutputPaths& paths() const { return paths_; }

 private:
  OutputFolder(OutputPaths paths, UniqueFd lock)
      : paths_(std::move(paths)), lock_(std::move(lock)) {}

  OutputPaths paths_;
  UniqueFd lock_;
};

}  // namespace rookery
