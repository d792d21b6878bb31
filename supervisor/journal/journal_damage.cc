#include "supervisor/journal/journal_damage.h"

#include <fmt/format.h>

#include <filesystem>

namespace rookery {

std::string repair_remedy(std::string_view path) {
  const std::string folder = std::filesystem::path(path).parent_path().native();
  return fmt::format(
      "`rookery status --repair {}` keeps what is whole; the next run does the rest again",
      folder.empty() ? "." : folder);
}

Error journal_damage(std::string_view path, std::string_view what) {
  return {"journal", fmt::format("{} is damaged: {}", path, what), repair_remedy(path)};
}

}  // namespace rookery
