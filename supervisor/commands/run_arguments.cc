#include "supervisor/commands/run_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "supervisor/config/config_file.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/config/text_file.h"
#include "supervisor/model_card/model_card_reader.h"

namespace rookery {
namespace {

struct Flag {
  const char* name;
  const char* key;
  const char* help;
};

const std::vector<Flag> kFlags = {
    {"--model", "model", "The model's directory (model.yaml, the model, labels)"},
    {"--out", "out", "The output folder; one that exists is taken up again"},
    {"--engine", "engine", "How workers are hosted: processes or threads"},
    {"--start", "start", "How worker processes start: fork or spawn"},
    {"--weights", "weights", "shared: one copy on the host; private: one a worker"},
    {"--workers", "workers", "How many workers, or auto: one a core"},
    {"--intra-op", "intra_op", "Threads inside an operation (shapes results)"},
    {"--inter-op", "inter_op", "Threads between operations"},
    {"--batch", "batch.size", "Segments in one forward call (shapes results)"},
    {"--allocator", "allocator", "Of the workers: jemalloc, glibc, tcmalloc, mimalloc or a preset"},
    {"--format", "formats", "Comma-separated exports, say jsonl,csv (docs/outputs.md)"},
    {"--timestamps", "timestamps", "filename=FORMAT: rows carry the time that file names tell"},
    {"--channel", "audio.channel", "mix, or the channel's number from 1"},
};

// A value from the command line is YAML for the key table; text that YAML would read as something
// else (a path with ": ", say) is quoted.
std::string as_yaml_text(const std::string& value) {
  std::string quoted = "'";
  for (const char character : value) quoted += character == '\'' ? "''" : std::string(1, character);
  return quoted + "'";
}

bool holds_free_text(const std::string& key) {
  return key == "model" || key == "out" || key == "timestamps";
}

Status apply_keys(RunConfig& config, const RunArguments& arguments) {
  for (const auto& [key, value] : arguments.keys) {
    Status set = set_key(config, key, holds_free_text(key) ? as_yaml_text(value) : value);
    if (!set) return set;
  }
  for (const std::string& assignment : arguments.sets) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos) {
      return Error{"config", "--set " + assignment + " has no =", "--set key=value"};
    }
    Status set = set_key(config, assignment.substr(0, equals), assignment.substr(equals + 1));
    if (!set) return set;
  }
  if (!arguments.inputs.empty()) config.inputs = arguments.inputs;
  return Done{};
}

Status apply_user(RunConfig& config, const RunArguments& arguments) {
  if (!arguments.config_file.empty()) {
    Status applied = apply_config_file(config, arguments.config_file);
    if (!applied) return applied;
  }
  return apply_keys(config, arguments);
}

Status check_complete(const RunConfig& config) {
  if (config.model.empty()) return Error{"config", "no model is given", "--model DIR"};
  if (config.out.empty()) return Error{"config", "no output folder is given", "--out DIR"};
  if (config.inputs.empty()) {
    return Error{"config", "no input is given", "files, folders, globs, or - for a list on stdin"};
  }
  return Done{};
}

}  // namespace

void add_run_arguments(CLI::App& command, RunArguments& arguments) {
  for (const Flag& flag : kFlags) {
    const std::string key = flag.key;
    command.add_option_function<std::string>(
        flag.name,
        [&arguments, key](const std::string& value) { arguments.keys.emplace_back(key, value); },
        flag.help);
  }
  command.add_flag_callback(
      "--oversubscribe", [&arguments] { arguments.keys.emplace_back("oversubscribe", "true"); },
      "Allow more pinned workers than cores");
  command.add_option("--config", arguments.config_file, "A YAML file with any of the keys");
  command.add_option("--set", arguments.sets, "key=value: any key of the config (docs/config.md)")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--null", arguments.null_separated, "The list on stdin is NUL-separated");
  command.add_flag("-q,--quiet", arguments.quiet, "Say nothing unless something is wrong");
  command.add_option("INPUT", arguments.inputs,
                     "Files, folders (recursive), globs, or - for a list on standard input");
}

namespace {

Result<WordList> read_word_list(const std::string& path) {
  const Result<std::string> text = read_text_file(path, "config");
  if (!text) return text.error();
  WordList list(*text);
  if (list.empty()) {
    return Error{"config", fmt::format("postprocess.word_list: {} holds no word", path),
                 "write one word a line"};
  }
  return list;
}

}  // namespace

std::variant<LoadedRun, LoadRefusal> load_run(const RunArguments& arguments) {
  RunConfig user;  // once without the card, to learn which model is meant
  if (const Status applied = apply_user(user, arguments); !applied) {
    return LoadRefusal{applied.error(), kExitUsage};
  }
  if (const Status complete = check_complete(user); !complete) {
    return LoadRefusal{complete.error(), kExitUsage};
  }
  const auto loaded = read_model_card(user.model);
  if (!loaded) return LoadRefusal{loaded.error(), kExitCannotGoOn};
  RunConfig config;
  if (loaded->card.carries_state) config.results.batch_size = 1;
  if (loaded->card.output == OutputType::kEmbedding) config.speed.formats = {"npz"};
  if (!loaded->config_yaml.empty()) {
    const Status applied = apply_config_yaml(config, loaded->config_yaml, "model card");
    if (!applied) return LoadRefusal{applied.error(), kExitCannotGoOn};
  }
  if (const Status applied = apply_user(config, arguments); !applied) {
    return LoadRefusal{applied.error(), kExitUsage};
  }
  if (const Status checked = check_config(config, loaded->card); !checked) {
    return LoadRefusal{checked.error(), kExitUsage};
  }
  LoadedRun run{std::move(config), loaded->card, nullptr};
  if (const std::string& path = run.config.results.postprocess.word_list; !path.empty()) {
    auto words = read_word_list(path);
    if (!words) return LoadRefusal{words.error(), kExitUsage};
    run.word_list = std::make_shared<WordList>(std::move(*words));
  }
  return run;
}

}  // namespace rookery
