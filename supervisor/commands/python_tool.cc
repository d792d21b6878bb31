#include "supervisor/commands/python_tool.h"

#include <cstdlib>
#include <filesystem>

namespace rookery {
namespace {

namespace fs = std::filesystem;

fs::path tools() { return ROOKERY_TOOLS_DIR; }

}  // namespace

std::string python() {
  if (const char* chosen = std::getenv("ROOKERY_PYTHON"); chosen != nullptr) return chosen;
  const fs::path installed = tools().parent_path() / ".venv/bin/python";
  return fs::exists(installed) ? installed.string() : "python3";
}

ChildOptions python_tool(const std::string& name, const std::vector<std::string>& arguments) {
  ChildOptions options;
  options.program = "/usr/bin/env";
  options.arguments = {python(), tools() / name};
  options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
  options.environment = {{"PYTHONWARNINGS", "ignore"}};
  return options;
}

}  // namespace rookery
