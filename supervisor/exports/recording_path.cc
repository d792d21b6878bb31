#include "supervisor/exports/recording_path.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNameBytes = 255;  // NAME_MAX of every common file system

}  // namespace

Result<std::string> recording_path(const std::string& out_folder, const std::string& key,
                                   std::string_view suffix) {
  const fs::path relative = fs::path(key + std::string(suffix)).relative_path();
  for (const fs::path& name : relative) {
    if (name == "..") {
      return Error{"export",
                   fmt::format("{} would lie outside the output folder", relative.native()), ""};
    }
    if (name.native().size() > kMaxNameBytes) {
      return Error{"export",
                   fmt::format("the file name {} has {} bytes, {} are allowed", name.native(),
                               name.native().size(), kMaxNameBytes),
                   "give the recording a shorter name"};
    }
  }
  return out_folder + "/" + relative.native();
}

Status make_folder_for(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code code;
  fs::create_directories(folder, code);
  return code ? Status(system_error("export", folder.native(), "made", code.value())) : Done{};
}

}  // namespace rookery
