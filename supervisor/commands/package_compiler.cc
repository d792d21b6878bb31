#include "supervisor/commands/package_compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "supervisor/commands/worker_answer.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// ROOKERY_PYTHON, or the one that ./bootstrap.sh installed, or what PATH has.
std::string python(const fs::path& tools) {
  if (const char* chosen = std::getenv("ROOKERY_PYTHON"); chosen != nullptr) return chosen;
  const fs::path installed = tools.parent_path() / ".venv/bin/python";
  return fs::exists(installed) ? installed.string() : "python3";
}

Error no_python(const std::string& python) {
  return {"config", fmt::format("{} did not compile the model", python),
          "compiling needs Python 3 with PyTorch and a C++ compiler; ROOKERY_PYTHON names another "
          "Python"};
}

}  // namespace

Status compile_package(const CompileOrder& order) {
  const fs::path tools = ROOKERY_TOOLS_DIR;
  ChildOptions options;
  options.program = "/usr/bin/env";
  options.arguments = {
      python(tools), tools / "export_package.py",
      "--model",     order.model_file,
      "--out",       order.folder,
      "--row-shape", fmt::format("{}", fmt::join(order.row_shape, ",")),
      "--batch",     order.batch_rows > 0 ? std::to_string(order.batch_rows) : "dynamic",
      "--precision", order.bfloat16 ? "bf16" : "fp32"};
  if (order.row_length) {
    options.arguments.insert(options.arguments.end(),
                             {"--row-length", std::to_string(*order.row_length)});
  }
  if (order.carries_state) options.arguments.emplace_back("--carries-state");
  options.environment = {{"PYTHONWARNINGS", "ignore"}};
  const auto answer = answer_of(std::move(options));
  if (answer) return Done{};
  return answer.error().stage == "worker" ? no_python(python(tools)) : answer.error();
}

}  // namespace rookery
