// The arguments that `run` and `plan` share, and the merged configuration that comes of them.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "supervisor/loaded_run.h"

namespace CLI {
class App;
}

namespace rookery {

struct LoadedCard;

struct RunArguments {
  std::string config_file;
  std::vector<std::string> models;
  std::vector<std::string> model_digests;
  std::vector<std::pair<std::string, std::string>> keys;  // of flags, by config key, as YAML text
  std::vector<std::string> sets;                          // "key=value"
  std::vector<std::string> inputs;
  bool null_separated = false;
  bool quiet = false;
  bool fresh = false;  // the old output is moved aside
};

// Adds the options to a subcommand; `arguments` must live as long as the app.
void add_run_arguments(CLI::App& command, RunArguments& arguments);

// Why not, and with which exit code to say so: a faulty configuration is kExitUsage, a model that
// cannot be used kExitCannotGoOn.
struct LoadRefusal {
  Error error;
  ExitCode exit_code = kExitUsage;
};

// Takes over the config file, then flags, then --set.
Status apply_arguments(RunConfig& config, const RunArguments& arguments);

// Takes over a card's own defaults, before apply_arguments(). Error stage "model".
Status apply_card(RunConfig& config, const LoadedCard& loaded);

// Merges defaults < card < what apply_arguments() takes, for each model, and checks the whole.
std::variant<LoadedRun, LoadRefusal> load_run(const RunArguments& arguments);

}  // namespace rookery
