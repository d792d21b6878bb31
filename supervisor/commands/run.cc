// rookery run: a folder of recordings in, timestamp-ordered detections out.
#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "supervisor/commands/command.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/commands/run_session.h"

namespace rookery {

void add_run_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command = app.add_subcommand("run", "Run a model over recordings");
  auto arguments = std::make_shared<RunArguments>();
  add_run_arguments(*command, *arguments);
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      auto loaded = load_run(*arguments);
      if (const auto* refusal = std::get_if<LoadRefusal>(&loaded)) {
        return complain(refusal->error, refusal->exit_code);
      }
      return RunSession(std::get<LoadedRun>(std::move(loaded)), *arguments).run();
    };
  });
}

}  // namespace rookery
