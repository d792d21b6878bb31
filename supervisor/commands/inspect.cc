// rookery inspect: what a model takes and gives, or what a recording holds, or why it is refused.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "ipc/codec.h"
#include "shm/sealed_memory.h"
#include "supervisor/commands/command.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/run_setup.h"

namespace rookery {
namespace {

// Runs rookery-worker, which knows LibTorch and audio, and parses its one line of JSON.
Result<nlohmann::json> ask_worker(std::vector<std::string> arguments, std::vector<int> fds) {
  ChildOptions options;
  options.program = sibling_program("rookery-worker");
  options.arguments = std::move(arguments);
  options.inherited_fds = std::move(fds);
  const auto output = output_of(options);
  if (!output) return output.error();
  auto answer = nlohmann::json::parse(*output, nullptr, false);
  if (!answer.is_object()) return Error{"inspect", "rookery-worker ended without an answer", ""};
  if (!answer.contains("error")) return answer;
  const auto& error = answer["error"];
  return Error{error.value("stage", ""), error.value("reason", ""), error.value("remedy", "")};
}

double seconds(const SegmentGeometry& geometry, std::int64_t samples) {
  return static_cast<double>(samples) / geometry.sample_rate;
}

void print_card(const ModelCard& card) {
  const SegmentGeometry& geometry = card.geometry;
  fmt::print("model        {} ({})\n", card.name, card.file);
  fmt::print("file         {:.1f} MB\n",
             static_cast<double>(std::filesystem::file_size(card.file)) / 1e6);
  fmt::print("input        {} Hz, {}\n", geometry.sample_rate,
             card.front_end.type == FrontEndType::kWaveform ? "waveform" : "log-mel");
  fmt::print("segments     window {} s, hop {} s, context {} s before and {} s after\n",
             seconds(geometry, geometry.window), seconds(geometry, geometry.hop),
             seconds(geometry, geometry.context_left), seconds(geometry, geometry.context_right));
  fmt::print("output       {}, {} labels\n", card.output == OutputType::kTags ? "tags" : "frames",
             card.labels.size());
}

ExitCode inspect_model(const std::string& directory) {
  const auto loaded = read_model_card(directory);
  if (!loaded) return complain(loaded.error(), kExitCannotGoOn);
  print_card(loaded->card);
  RunConfig config;
  config.model = directory;
  const auto settings = memfd_with("settings", encode(worker_settings(config, loaded->card)));
  if (!settings) return complain(settings.error(), kExitCannotGoOn);
  const int fd = settings->fd();
  const auto checked = ask_worker({"check-model", "--settings-fd", std::to_string(fd)}, {fd});
  if (!checked) return complain(checked.error(), kExitCannotGoOn);
  fmt::print("sha256       {}\n", checked->value("digest", ""));
  fmt::print("weights      {} tensors, {:.1f} MB\n", checked->value("tensors", 0),
             static_cast<double>(checked->value("weights_bytes", std::int64_t{0})) / 1e6);
  fmt::print("checked with LibTorch {}, {}\n", checked->value("torch_version", ""),
             checked->value("cpu_capability", ""));
  fmt::print("note         a model file is code: run only models whose source you trust\n");
  return kExitDone;
}

ExitCode inspect_recording(const std::string& path) {
  const auto found = ask_worker({"probe", "--", path}, {});
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
  command->add_option("TARGET", *target, "A model directory or a recording")->required();
  command->callback([target, &chosen] {
    chosen = [target] {
      return std::filesystem::exists(*target + "/model.yaml") ? inspect_model(*target)
                                                              : inspect_recording(*target);
    };
  });
}

}  // namespace rookery
