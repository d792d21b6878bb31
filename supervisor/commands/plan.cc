// rookery plan: what `run` would do with the same arguments, memory and time predicted, nothing
// run.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "supervisor/commands/command.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/pool/process_pool.h"
#include "supervisor/pool/signal_source.h"
#include "supervisor/progress_meter.h"
#include "supervisor/recording_key.h"
#include "supervisor/run_setup.h"
#include "supervisor/survey.h"

namespace rookery {
namespace {

constexpr double kMega = 1e6;

// Supervisor and LibTorch's own pages, and a worker's threads, sockets and buffers, measured once:
// docs/measurements.md, "Memory".
constexpr double kFixedMegabytes = 140;
constexpr double kWorkerMegabytes = 3;

// What the models' weights take: once for all, or in each worker.
double weights_megabytes(const LoadedRun& run, const ServerReady& server) {
  std::int64_t bytes = 0;
  if (run.config().speed.weights == WeightsKind::kShared) {
    for (const ModelFacts& model : server.models) bytes += model.weights_bytes;
  } else {
    for (const LoadedOutput& output : run.outputs) {
      for (const ModelCard& card : output.cards) bytes += std::int64_t(model_bytes(card));
    }
  }
  return static_cast<double>(bytes) / kMega;
}

void print_memory(const LoadedRun& run, const ServerReady& server, double workers) {
  const bool shared = run.config().speed.weights == WeightsKind::kShared;
  const double weights = weights_megabytes(run, server);
  double a_worker = kWorkerMegabytes;
  for (const ModelFacts& model : server.models) {
    a_worker += static_cast<double>(model.warm_up_bytes) / kMega;
  }
  fmt::print(
      "memory       about {:.0f} MB: {:.0f} MB of weights {}, {:.0f} MB a worker, {:.0f} MB "
      "fixed\n",
      kFixedMegabytes + a_worker * workers + weights * (shared ? 1 : workers), weights,
      shared ? "once" : "in each worker", a_worker, kFixedMegabytes);
}

// One output's segments; the seconds of inference that they take one worker.
double print_output(const LoadedOutput& output, std::int64_t segments,
                    std::span<const ModelFacts> models) {
  const SegmentGeometry& geometry = output.card().geometry;
  const int batch_size = output.config.results.batch_size;
  fmt::print("segments     {} of {} s, up to {} in a batch ({})\n", segments,
             static_cast<double>(geometry.window) / geometry.sample_rate, batch_size,
             output.card().name);
  std::int64_t forward_us = 0;
  for (const ModelFacts& model : models) forward_us += model.warm_forward_us;
  fmt::print("forward      {:.1f} ms a batch\n", static_cast<double>(forward_us) / 1000.0);
  return static_cast<double>(segments * forward_us) / 1e6 / batch_size;
}

void print_prediction(const LoadedRun& run, const SurveyTotals& totals, const ServerReady& server,
                      std::size_t workers) {
  fmt::print("recordings   {} ({} would fail, {} have gaps)\n", totals.recordings + totals.refused,
             totals.refused, totals.with_gaps);
  fmt::print("audio        {:.2f} h\n", static_cast<double>(totals.audio_us) / 3.6e9);
  double seconds_of_work = 0;
  std::span<const ModelFacts> models = server.models;
  for (std::size_t i = 0; i < run.outputs.size(); ++i) {
    const LoadedOutput& output = run.outputs[i];
    seconds_of_work +=
        print_output(output, totals.segments.at(i), models.first(output.cards.size()));
    models = models.subspan(output.cards.size());
  }
  fmt::print("workers      {}\n", workers);
  print_memory(run, server, static_cast<double>(workers));
  fmt::print("time         about {} of inference, decoding not counted\n",
             format_duration(std::chrono::seconds(
                 std::llround(seconds_of_work / static_cast<double>(workers)))));
}

std::vector<SegmentGeometry> geometries(const LoadedRun& run) {
  std::vector<SegmentGeometry> geometries;
  for (const LoadedOutput& output : run.outputs) geometries.push_back(output.card().geometry);
  return geometries;
}

void tell_trouble(const Recording& recording, const std::string& why) {
  fmt::print("would fail or leave a gap: {}: {}\n", encode_key(recording.key), why);
}

ExitCode survey_and_predict(const LoadedRun& run, InputSource& inputs, ProcessPool& pool,
                            const Clock& clock) {
  const auto server = pool.start();
  if (!server) return complain(server.error(), kExitCannotGoOn);
  const auto totals = Survey(inputs, pool, clock, geometries(run),
                             run.config().operating.min_deadline_seconds, tell_trouble)
                          .run();
  if (!totals) return complain(totals.error(), kExitCannotGoOn);
  print_prediction(run, *totals, *server, static_cast<std::size_t>(pool.slot_count()));
  pool.stop(false);
  return kExitDone;
}

ExitCode plan(const LoadedRun& run, const RunArguments& arguments) {
  auto signals = SignalSource::open();
  if (!signals) return complain(signals.error(), kExitCannotGoOn);
  auto inputs = InputSource::open(run.config().inputs, bytes_of_descriptor(STDIN_FILENO),
                                  arguments.null_separated ? '\0' : '\n');
  if (!inputs) return complain(inputs.error(), kExitUsage);
  const auto placement = place_on_this_host(run.config());
  if (!placement) return complain(placement.error(), kExitUsage);
  auto settings = pool_settings(run, placement->cores, sibling_program("rookery-worker"));
  if (!settings) return complain(settings.error(), kExitUsage);
  const SteadyClock clock;
  const auto pool = ProcessPool::open(std::move(settings).value(), *signals, clock);
  if (!pool) return complain(pool.error(), kExitCannotGoOn);
  return survey_and_predict(run, *inputs, **pool, clock);
}

}  // namespace

void add_plan_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("plan", "Say what run would do and cost; nothing is written");
  auto arguments = std::make_shared<RunArguments>();
  add_run_arguments(*command, *arguments);
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      if (arguments->fresh) {
        return complain({"config", "plan writes nothing that could be fresh", "leave --fresh out"},
                        kExitUsage);
      }
      const auto loaded = load_run(*arguments);
      if (const auto* refusal = std::get_if<LoadRefusal>(&loaded)) {
        return complain(refusal->error, refusal->exit_code);
      }
      return plan(std::get<LoadedRun>(loaded), *arguments);
    };
  });
}

}  // namespace rookery
