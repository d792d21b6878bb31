#include "supervisor/commands/package_compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "supervisor/commands/python_tool.h"
#include "supervisor/commands/worker_answer.h"

namespace rookery {
namespace {

Error no_python() {
  return {"config", fmt::format("{} did not compile the model", python()),
          "compiling needs Python 3 with PyTorch and a C++ compiler; ROOKERY_PYTHON names another "
          "Python"};
}

}  // namespace

Status compile_package(const CompileOrder& order) {
  std::vector<std::string> arguments = {
      "--model",     order.model_file,
      "--out",       order.folder,
      "--row-shape", fmt::format("{}", fmt::join(order.row_shape, ",")),
      "--batch",     order.batch_rows > 0 ? std::to_string(order.batch_rows) : "dynamic",
      "--precision", order.bfloat16 ? "bf16" : "fp32"};
  if (order.row_length) {
    arguments.insert(arguments.end(), {"--row-length", std::to_string(*order.row_length)});
  }
  if (order.vocabulary) {
    arguments.insert(arguments.end(), {"--vocabulary", std::to_string(*order.vocabulary)});
  }
  if (order.carries_state) arguments.emplace_back("--carries-state");
  const auto answer = answer_of(python_tool("export_package.py", arguments));
  if (answer) return Done{};
  return answer.error().stage == "worker" ? no_python() : answer.error();
}

}  // namespace rookery
