// The arguments that `run` and `plan` share, and the merged configuration that comes of them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rookery/exit_codes.h"
#include "rookery/model_card.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "supervisor/postprocess/word_list.h"

namespace CLI {
class App;
}

namespace rookery {

struct RunArguments {
  std::string config_file;
  std::vector<std::pair<std::string, std::string>> keys;  // of flags, by config key, as YAML text
  std::vector<std::string> sets;                          // "key=value"
  std::vector<std::string> inputs;
  bool null_separated = false;
  bool quiet = false;
};

// Adds the options to a subcommand; `arguments` must live as long as the app.
void add_run_arguments(CLI::App& command, RunArguments& arguments);

struct LoadedRun {
  RunConfig config;
  ModelCard card;
  std::shared_ptr<const WordList> word_list;  // null: any word
};

// Why not, and with which exit code to say so: a faulty configuration is kExitUsage, a model that
// cannot be used kExitCannotGoOn.
struct LoadRefusal {
  Error error;
  ExitCode exit_code = kExitUsage;
};

// Merges defaults < card < config file < flags < --set, reads the card and checks the whole.
std::variant<LoadedRun, LoadRefusal> load_run(const RunArguments& arguments);

}  // namespace rookery
