#include "supervisor/bench/bench_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "supervisor/atomic_file.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// What a bench leaves before its first run began.
bool may_stand_alone(const std::string& name) {
  return name == fs::path(OutputPaths{}.lock()).filename() || is_temporary_name(name);
}

bool is_free(const std::string& path) {
  std::error_code code;
  for (fs::directory_iterator entry(path, code); !code && entry != fs::directory_iterator();
       entry.increment(code)) {
    if (!may_stand_alone(entry->path().filename())) return false;
  }
  return true;
}

}  // namespace

std::variant<BenchFolder, OutputFolderRefusal> BenchFolder::open(const std::string& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) {
    return OutputFolderRefusal{kExitCannotGoOn, system_error("bench", path, "made", code.value())};
  }
  const bool known =
      fs::exists(path + "/runs.jsonl", code) || fs::exists(path + "/tune.json", code);
  if (!known && !is_free(path)) {
    return OutputFolderRefusal{kExitUsage,
                               {"bench", fmt::format("{} holds something else than a bench", path),
                                "name another folder with --out"}};
  }
  auto held = OutputFolder::hold(path);
  if (auto* refusal = std::get_if<OutputFolderRefusal>(&held)) return std::move(*refusal);
  return BenchFolder(path, std::move(std::get<OutputFolder>(held)));
}

}  // namespace rookery
