#include "supervisor/commands/command.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace rookery {

ExitCode complain(const Error& error, ExitCode code) {
  fmt::print(stderr, "rookery: {}\n", error.reason);
  if (!error.remedy.empty()) fmt::print(stderr, "         {}\n", error.remedy);
  return code;
}

std::string sibling_program(const std::string& name) {
  std::error_code failure;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? name : (self.parent_path() / name).string();
}

}  // namespace rookery
