#include "supervisor/commands/run_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "supervisor/config/config_file.h"
#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

struct Flag {
  const char* name;
  const char* key;
  const char* help;
};

const std::vector<Flag> kFlags = {
    {"--out", "out", "The output folder; one that exists is taken up again"},
    {"--engine", "engine", "How workers are hosted: processes or threads"},
    {"--start", "start", "How worker processes start: fork or spawn"},
    {"--weights", "weights", "shared: one copy on the host; private: one a worker"},
    {"--workers", "workers", "How many workers, or auto: one for each --intra-op physical cores"},
    {"--intra-op", "intra_op", "Threads inside an operation (shapes results)"},
    {"--inter-op", "inter_op", "Threads between operations"},
    {"--batch", "batch.size", "Segments in one forward call (shapes results)"},
    {"--allocator", "allocator", "Of the workers: jemalloc, glibc, tcmalloc, mimalloc or a preset"},
    {"--sandbox", "sandbox", "Of the workers: on, read-all (they read any file), or off"},
    {"--format", "formats", "Comma-separated exports, say jsonl,csv (docs/outputs.md)"},
    {"--timestamps", "timestamps", "header, or filename=FORMAT: rows carry the wall-clock time"},
    {"--channel", "audio.channel", "mix, each, or the channel's number from 1"},
    {"--max-time", "max_time", "Take no new work after this long, say 5h; exit 75, resumable"},
    {"--until", "until", "The same from this time of day on, say 06:00"},
    {"--max-failed", "max_failed", "End the run, exit 3, when more fail: a number, or 5%"},
    {"--nice", "nice", "By how much the scheduling priority is lowered, 0 to 19"},
    {"--max-worker-memory", "max_worker_memory", "Replace a worker with more of its own, say 2G"},
    {"--max-tasks-per-worker", "max_tasks_per_worker", "Replace a worker after so many tasks"},
    {"--metrics", "metrics", "File for the textfile collector of Prometheus' node exporter"},
    {"--trace", "trace", "File for a timeline of the run, for rookery trace and Perfetto"},
};

// A value from the command line is YAML for the key table; text that YAML would read as something
// else (a path with ": ", say) is quoted.
std::string as_yaml_text(const std::string& value) {
  std::string quoted = "'";
  for (const char character : value) quoted += character == '\'' ? "''" : std::string(1, character);
  return quoted + "'";
}

bool holds_free_text(const std::string& key) {
  return key == "out" || key == "timestamps" || key == "metrics" || key == "trace";
}

Status apply_keys(RunConfig& config, const RunArguments& arguments) {
  if (!arguments.models.empty()) config.models = arguments.models;
  if (!arguments.model_digests.empty()) {
    Status set = set_key(config, "model_digest",
                         fmt::format("['{}']", fmt::join(arguments.model_digests, "', '")));
    if (!set) return set;
  }
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

}  // namespace

Status apply_arguments(RunConfig& config, const RunArguments& arguments) {
  if (!arguments.config_file.empty()) {
    Status applied = apply_config_file(config, arguments.config_file);
    if (!applied) return applied;
  }
  return apply_keys(config, arguments);
}

void add_run_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--model", arguments.models,
                  "A model's directory (model.yaml, the model, labels); give several for several")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--model-digest", arguments.model_digests,
                  "SHA-256 that the model must have; of several models one for each, in order")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag_callback(
      "--ensemble", [&arguments] { arguments.keys.emplace_back("ensemble", "true"); },
      "One output of all models: the mean of their scores");
  for (const Flag& flag : kFlags) {
    const std::string key = flag.key;
    command.add_option_function<std::string>(
        flag.name,
        [&arguments, key](const std::string& value) { arguments.keys.emplace_back(key, value); },
        flag.help);
  }
  command.add_flag_callback(
      "--oversubscribe", [&arguments] { arguments.keys.emplace_back("oversubscribe", "true"); },
      "Allow pinned workers to need more logical cores than there are");
  command.add_flag_callback(
      "--retry-failed", [&arguments] { arguments.keys.emplace_back("retry_failed", "true"); },
      "Do again what failed in an earlier run");
  command.add_flag_callback(
      "--content-digests", [&arguments] { arguments.keys.emplace_back("content_digests", "true"); },
      "Know recordings by their bytes, too: a touched file is not done again");
  command.add_flag(
      "--fresh", arguments.fresh,
      "Start over: an old output is moved aside, to OUT.old-1 or the next free number");
  command.add_option("--config", arguments.config_file, "A YAML file with any of the keys");
  command.add_option("--set", arguments.sets, "key=value: any key of the config (docs/config.md)")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--null", arguments.null_separated, "The list on stdin is NUL-separated");
  command.add_flag("-q,--quiet", arguments.quiet, "Say nothing unless something is wrong");
  command.add_option("INPUT", arguments.inputs,
                     "Files, folders (recursive), globs, or - for a list on standard input");
}

}  // namespace rookery
