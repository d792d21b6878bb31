#include "supervisor/commands/worker_answer.h"

#include <filesystem>
#include <utility>

#include "ipc/codec.h"
#include "rookery/run_config.h"
#include "shm/sealed_memory.h"
#include "supervisor/commands/command.h"
#include "supervisor/host/worker_environment.h"

namespace rookery {

Result<nlohmann::json> answer_of(ChildOptions options) {
  const std::string program = std::filesystem::path(options.program).filename();
  const auto output = output_of(std::move(options));
  if (!output) return output.error();
  auto answer = nlohmann::json::parse(*output, nullptr, false);
  if (!answer.is_object()) return Error{"worker", program + " ended without an answer", ""};
  if (!answer.contains("error")) return answer;
  const auto& error = answer["error"];
  return Error{error.value("stage", ""), error.value("reason", ""), error.value("remedy", "")};
}

Result<nlohmann::json> ask_worker(std::vector<std::string> arguments) {
  ChildOptions options;
  options.program = sibling_program("rookery-worker");
  options.arguments = std::move(arguments);
  return answer_of(std::move(options));
}

Result<nlohmann::json> ask_worker(std::vector<std::string> arguments,
                                  const WorkerSettings& settings) {
  const auto memory = memfd_with("settings", encode(settings));
  if (!memory) return memory.error();
  auto environment = worker_environment(SpeedSettings().allocator);
  ChildOptions options;
  options.program = sibling_program("rookery-worker");
  options.arguments = std::move(arguments);
  options.arguments.insert(options.arguments.end(),
                           {"--settings-fd", std::to_string(memory->fd())});
  options.inherited_fds = {memory->fd()};
  if (environment) options.environment = std::move(*environment);
  return answer_of(std::move(options));
}

}  // namespace rookery
