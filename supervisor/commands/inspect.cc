// rookery inspect: what a model takes and gives, or what a recording holds, or why it is refused.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>

#include "supervisor/commands/command.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/commands/worker_answer.h"
#include "supervisor/model_card/card_words.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/run_setup.h"

namespace rookery {
namespace {

double seconds(const SegmentGeometry& geometry, std::int64_t samples) {
  return static_cast<double>(samples) / geometry.sample_rate;
}

void print_card(const ModelCard& card) {
  const SegmentGeometry& geometry = card.geometry;
  fmt::print("model        {} ({})\n", card.name, card.file);
  fmt::print("file         {:.1f} MB\n", static_cast<double>(model_bytes(card)) / 1e6);
  fmt::print("input        {} Hz, {}\n", geometry.sample_rate,
             word_for(kFrontEndWords, card.front_end.type));
  fmt::print("segments     window {} s, hop {} s, context {} s before and {} s after\n",
             seconds(geometry, geometry.window), seconds(geometry, geometry.hop),
             seconds(geometry, geometry.context_left), seconds(geometry, geometry.context_right));
  fmt::print("output       {}, {} {}\n", word_for(kOutputWords, card.output), card.output_width(),
             card.output == OutputType::kEmbedding ? "dimensions" : "labels");
}

// What `rookery prepare` recorded, a line of the card a line.
void print_prepared(const std::string& yaml) {
  if (yaml.empty()) return;
  fmt::print("prepared\n");
  std::istringstream lines(yaml);
  for (std::string line; std::getline(lines, line);) fmt::print("             {}\n", line);
}

// Replays the reference that lies beside the model.
ExitCode verify(const std::string& directory, const ModelCard& card,
                const WorkerSettings& settings) {
  const std::string reference = directory + "/reference.pt";
  if (!std::filesystem::exists(reference)) {
    return complain({"model", reference + " does not exist: there is nothing to verify with",
                     "rookery prepare and the export scripts in tools/ write one"},
                    kExitCannotGoOn);
  }
  const auto replayed = ask_worker({"verify", reference}, settings);
  if (!replayed) return complain(replayed.error(), kExitCannotGoOn);
  const double difference = replayed->value("largest_difference", INFINITY);
  const double tolerance = card.tolerance.value_or(kFloatTolerance);
  if (difference > tolerance) {
    return complain({"model",
                     fmt::format("scores differ from the reference by {:.3g}, tolerance {:.3g}",
                                 difference, tolerance),
                     "the model, its card or this host is not what the reference was made with"},
                    kExitCannotGoOn);
  }
  fmt::print("verified     scores differ from the reference by {:.3g} at most, tolerance {:.3g}\n",
             difference, tolerance);
  return kExitDone;
}

ExitCode inspect_model(const std::string& directory, bool verifying) {
  const auto loaded = read_model_card(directory);
  if (!loaded) return complain(loaded.error(), kExitCannotGoOn);
  print_card(loaded->card);
  print_prepared(loaded->prepared_yaml);
  RunConfig config;
  config.models = {directory};
  if (const Status applied = apply_card(config, *loaded); !applied) {
    return complain(applied.error(), kExitCannotGoOn);
  }
  const WorkerSettings settings = worker_settings(config, loaded->card);
  const auto checked = ask_worker({"check-model"}, settings);
  if (!checked) return complain(checked.error(), kExitCannotGoOn);
  fmt::print("sha256       {}\n", checked->value("digest", ""));
  fmt::print("weights      {} tensors, {:.1f} MB\n", checked->value("tensors", 0),
             static_cast<double>(checked->value("weights_bytes", std::int64_t{0})) / 1e6);
  fmt::print("checked with LibTorch {}, {}\n", checked->value("torch_version", ""),
             checked->value("cpu_capability", ""));
  fmt::print(
      "note         a model file is code: run only models whose source you trust; "
      "--model-digest pins this one\n");
  return verifying ? verify(directory, loaded->card, settings) : kExitDone;
}

ExitCode inspect_recording(const std::string& path) {
  const auto found = ask_worker({"probe", "--", path});
  if (!found) return complain(found.error(), kExitSomeFailed);
  const auto frames = found->value("frames", std::int64_t{0});
  const auto rate = found->value("sample_rate", 1);
  fmt::print("format       {}\n", found->value("format", ""));
  fmt::print("length       {} frames, {:.3f} s\n", frames, static_cast<double>(frames) / rate);
  fmt::print("sample rate  {} Hz\n", rate);
  fmt::print("channels     {}\n", found->value("channels", 0));
  if (!found->contains("missing") || (*found)["missing"].is_null()) return kExitDone;
  const auto& missing = (*found)["missing"];
  fmt::print("missing      {:.3f} s to {:.3f} s: {}\n", missing.value("begin_frame", 0.0) / rate,
             missing.value("end_frame", 0.0) / rate, missing.value("reason", ""));
  return kExitSomeFailed;
}

}  // namespace

void add_inspect_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command = app.add_subcommand("inspect", "Describe a model directory or a recording");
  auto target = std::make_shared<std::string>();
  auto verifying = std::make_shared<bool>(false);
  command->add_option("TARGET", *target, "A model directory or a recording")->required();
  command->add_flag("--verify", *verifying, "Replay a model's reference and compare scores");
  command->callback([target, verifying, &chosen] {
    chosen = [target, verifying] {
      return std::filesystem::exists(*target + "/model.yaml") ? inspect_model(*target, *verifying)
                                                              : inspect_recording(*target);
    };
  });
}

}  // namespace rookery
