#include "supervisor/inputs/readable_paths.h"

#include <filesystem>

namespace rookery {
namespace {

std::string readable_path(const std::string& input) {
  if (input == "-") return "/";
  std::error_code failure;
  const std::size_t wildcard = input.find_first_of("*?[");
  // An existing file may have wildcards in its name.
  if (wildcard == std::string::npos || std::filesystem::exists(input, failure)) return input;
  const std::size_t slash = input.rfind('/', wildcard);
  if (slash == std::string::npos) return ".";
  return input.substr(0, slash + 1);
}

}  // namespace

std::vector<std::string> readable_paths(const std::vector<std::string>& inputs) {
  std::vector<std::string> paths;
  for (const std::string& input : inputs) {
    std::string path = readable_path(input);
    if (path == "/") return {path};
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace rookery
