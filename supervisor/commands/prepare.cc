// rookery prepare: a model directory like the one given, whose model is faster on this host.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/commands/command.h"
#include "supervisor/commands/package_compiler.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/commands/worker_answer.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/model_card/prepared_card.h"
#include "supervisor/new_folder.h"
#include "supervisor/run_setup.h"

namespace rookery {
namespace {

constexpr int kPackageRows = 4;

struct PrepareOptions {
  std::string model;
  std::string out;
  std::string precision = "fp32";
  std::string format = "torchscript";
  std::optional<int> batch_rows;
  std::vector<std::string> probes;

  bool is_package() const { return format == "aoti"; }
  std::string file_name() const { return is_package() ? "model.pt2" : "model.pt"; }
};

std::vector<std::string> worker_arguments(const PrepareOptions& options, const ModelCard& card,
                                          const NewFolder& folder) {
  std::vector<std::string> arguments = {
      options.is_package() ? "compare" : "prepare",
      "--model-out",
      folder.path(options.file_name()),
      "--reference-out",
      folder.path("reference.pt"),
      "--float-tolerance",
      fmt::to_string(card.tolerance.value_or(kFloatTolerance)),
      "--bfloat16-tolerance",
      fmt::to_string(card.tolerance.value_or(kBfloat16Tolerance))};
  if (options.precision == "bf16") arguments.emplace_back("--bfloat16");
  for (const std::string& probe : options.probes) {
    arguments.insert(arguments.end(), {"--probe", probe});
  }
  return arguments;
}

// Compiles the package into the new folder, if one is wanted.
Status compile(const PrepareOptions& options, const WorkerSettings& settings,
               const NewFolder& folder) {
  if (!options.is_package()) return Done{};
  const auto checked = ask_worker({"check-model"}, settings);
  if (!checked) return checked.error();
  CompileOrder order;
  order.model_file = settings.models.front().file;
  order.folder = folder.path(options.file_name());
  checked->at("row_shape").get_to(order.row_shape);
  if (settings.models.front().takes_lengths) order.row_length = checked->at("row_length");
  const FrontEndParameters& front_end = settings.models.front().front_end;
  if (front_end.type == FrontEndType::kTokens) order.vocabulary = front_end.vocabulary;
  order.carries_state = settings.models.front().carries_state;
  order.batch_rows = *options.batch_rows;
  order.bfloat16 = options.precision == "bf16";
  return compile_package(order);
}

PreparedFacts facts_of(const nlohmann::json& answer, const WorkerSettings& settings,
                       const PrepareOptions& options) {
  PreparedFacts facts;
  facts.original_file = std::filesystem::path(settings.models.front().file).filename();
  facts.original_digest = answer.value("original_digest", "");
  facts.format = options.format;
  facts.precision = answer.value("bfloat16", false) ? "bf16" : "fp32";
  for (const auto& step : answer["steps"]) {
    if (step.value("kept", false)) {
      facts.steps.push_back(step.value("name", ""));
    } else {
      facts.left_out.emplace_back(step.value("name", ""), step.value("reason", ""));
    }
  }
  facts.before_ms = answer.value("before_ms", 0.0);
  facts.after_ms = answer.value("after_ms", 0.0);
  facts.largest_difference = answer.value("largest_difference", 0.0);
  facts.probe = answer.value("probe", "");
  facts.batch_size = settings.models.front().batch_size;
  facts.torch_version = answer.value("torch_version", "");
  facts.cpu_capability = answer.value("cpu_capability", "");
  return facts;
}

void print_outcome(const nlohmann::json& answer, const PreparedFacts& facts) {
  for (const auto& step : answer["steps"]) {
    fmt::print("{:9}  {:16}  {}\n", step.value("kept", false) ? "kept" : "left out",
               step.value("name", ""), step.value("reason", ""));
  }
  fmt::print("speed      {:.2f} → {:.2f} ms a segment, {:.2f} times as fast\n", facts.before_ms,
             facts.after_ms, facts.before_ms / facts.after_ms);
  fmt::print("scores     differ by {:.3g} at most, on {}\n", facts.largest_difference, facts.probe);
}

Status write_directory(const PrepareOptions& options, const ModelCard& card,
                       const PreparedFacts& facts, NewFolder& folder) {
  const bool bfloat16 = facts.precision == "bf16";
  PreparedCard prepared{options.file_name(), "labels.txt",
                        card.tolerance.value_or(bfloat16 ? kBfloat16Tolerance : kFloatTolerance),
                        options.is_package() ? *options.batch_rows : 0, facts};
  const Result<std::string> text = prepared_card_text(options.model, prepared);
  if (!text) return text.error();
  Status written = folder.write("model.yaml", *text);
  if (written && !card.labels.empty()) {
    written = folder.write("labels.txt", fmt::format("{}\n", fmt::join(card.labels, "\n")));
  }
  return written ? folder.commit() : written;
}

// What is wrong with the command line rather than with the model.
bool is_usage(const Error& error) {
  return error.stage == "open" || error.stage == "probe" || error.stage == "input" ||
         error.stage == "decode" || error.stage == "config";
}

// What is wrong with asking for this of the model. Chooses the rows that a package is compiled for.
Status check_order(PrepareOptions& options, const ModelCard& card) {
  if (card.file.ends_with(".pt2")) {
    return Error{"model", card.file + " is compiled already",
                 "prepare the model that it came from"};
  }
  if (!options.is_package()) {
    if (!options.batch_rows) return Done{};
    return Error{"config", "--batch is not allowed; TorchScript takes any number of rows",
                 "--format aoti --batch N compiles for N rows"};
  }
  if (!options.batch_rows) options.batch_rows = card.carries_state ? 1 : kPackageRows;
  if (!card.carries_state || *options.batch_rows == 1) return Done{};
  return Error{"config",
               fmt::format("--batch {} is not allowed; this model carries state, so each "
                           "segment is a batch of its own: 1",
                           *options.batch_rows),
               ""};
}

// Trials run in full batches as a run has them.
Result<WorkerSettings> trial_settings(const PrepareOptions& options, const LoadedCard& loaded) {
  RunConfig config;
  config.models = {options.model};
  const Status applied = apply_card(config, loaded);
  if (!applied) return applied.error();
  if (options.batch_rows.value_or(0) > 0) config.results.batch_size = *options.batch_rows;
  return worker_settings(config, loaded.card);
}

ExitCode refuse(const Error& error) {
  return complain(error, is_usage(error) ? kExitUsage : kExitCannotGoOn);
}

ExitCode prepare(PrepareOptions options) {
  const auto loaded = read_model_card(options.model);
  if (!loaded) return complain(loaded.error(), kExitCannotGoOn);
  if (const Status sound = check_order(options, loaded->card); !sound) return refuse(sound.error());
  auto folder = NewFolder::create(options.out);
  if (!folder) return complain(folder.error(), kExitUsage);
  const auto settings = trial_settings(options, *loaded);
  if (!settings) return refuse(settings.error());
  if (const Status compiled = compile(options, *settings, *folder); !compiled) {
    return refuse(compiled.error());
  }
  const auto answer = ask_worker(worker_arguments(options, loaded->card, *folder), *settings);
  if (!answer) return refuse(answer.error());
  const PreparedFacts facts = facts_of(*answer, *settings, options);
  const Status written = write_directory(options, loaded->card, facts, *folder);
  if (!written) return complain(written.error(), kExitCannotGoOn);
  print_outcome(*answer, facts);
  return kExitDone;
}

}  // namespace

void add_prepare_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("prepare", "Write a model directory whose model is faster on this host");
  auto options = std::make_shared<PrepareOptions>();
  command->add_option("MODEL_DIR", options->model, "The model directory")->required();
  command->add_option("--out", options->out, "The folder to write; it must not exist")->required();
  command->add_option("--precision", options->precision, "fp32, or bf16 where it is faster")
      ->check(CLI::IsMember({"fp32", "bf16"}));
  command->add_option("--format", options->format, "torchscript, or aoti: compiled for this host")
      ->check(CLI::IsMember({"torchscript", "aoti"}));
  command
      ->add_option("--batch", options->batch_rows,
                   "aoti: rows of a batch, by default 4; 0: any number")
      ->check(CLI::Range(0, 4096));
  command->add_option("--probe", options->probes,
                      "Recordings to compare scores on; without: quiet noise");
  command->callback([options, &chosen] { chosen = [options] { return prepare(*options); }; });
}

}  // namespace rookery
