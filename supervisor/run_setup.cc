#include "supervisor/run_setup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "supervisor/config/fingerprint.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/open_files.h"
#include "supervisor/host/worker_environment.h"
#include "supervisor/inputs/readable_paths.h"
#include "supervisor/journal/journal.h"
#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/worker_memory.h"
#include "worker/model_digest.h"

namespace rookery {
namespace {

// Open files: of the supervisor (or a worker) by itself; for each worker a connection; and where
// all are in one process also its socket, and the recording that it reads, at times twice.
constexpr std::int64_t kFilesOfProcess = 48;
constexpr std::int64_t kFilesOfWorker = 1;
constexpr std::int64_t kFilesOfThreadWorker = 6;

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

ModelSettings model_settings(const RunConfig& config, const ModelCard& card) {
  ModelSettings settings;
  settings.file = card.file;
  settings.geometry = card.geometry;
  settings.front_end = card.front_end;
  settings.carries_state = card.carries_state;
  settings.takes_lengths = card.takes_lengths;
  settings.output = card.output;
  settings.activation = card.activation;
  settings.floors = score_floors(card, config.results.postprocess);
  settings.batch_size = config.results.batch_size;
  return settings;
}

}  // namespace

Result<Placement> place_on_this_host(const RunConfig& config) {
  const auto topology = host_topology();
  if (!topology) return topology.error();
  const SpeedSettings& speed = config.speed;
  return place_workers(*topology, cpu_quota(),
                       {.workers = speed.workers,
                        .intra_op = config.results.intra_op,
                        .helper = speed.decode_ahead,
                        .pin = speed.pin,
                        .oversubscribe = speed.oversubscribe});
}

WorkerSettings worker_settings(const LoadedRun& run) {
  const RunConfig& config = run.config();
  WorkerSettings settings;
  for (const LoadedOutput& output : run.outputs) {
    for (const ModelCard& card : output.cards) {
      settings.models.push_back(model_settings(output.config, card));
    }
  }
  settings.ensemble = config.ensemble;
  settings.intra_op = config.results.intra_op;
  settings.inter_op = config.speed.inter_op;
  settings.channel = config.results.channel;
  settings.resampler = config.results.resampler;
  settings.engine = config.speed.engine;
  settings.start = config.speed.start;
  settings.weights = config.speed.weights;
  settings.decode_ahead = config.speed.decode_ahead;
  settings.test_delay_ms = config.speed.test_delay_ms;
  settings.trace = !config.operating.trace.empty();
  settings.sandbox = config.speed.sandbox != SandboxKind::kOff;
  settings.readable = config.speed.sandbox == SandboxKind::kOn ? readable_paths(config.inputs)
                                                               : std::vector<std::string>{"/"};
  for (std::size_t i = 0; i < config.model_digests.size(); ++i) {
    settings.models.at(i).pinned_digest = config.model_digests[i];
  }
  return settings;
}

WorkerSettings worker_settings(const RunConfig& config, const ModelCard& card) {
  return worker_settings(LoadedRun{{{config, config.out, {card}}}});
}

Result<ProcessPoolSettings> pool_settings(const LoadedRun& run, const std::vector<CoreSet>& cores,
                                          const std::string& worker_program) {
  const SpeedSettings& speed = run.config().speed;
  auto environment =
      worker_environment(speed.allocator, run.config().results.openmp, speed.environment);
  if (!environment) return environment.error();
  ProcessPoolSettings settings;
  settings.worker_program = worker_program;
  settings.worker = worker_settings(run);
  settings.worker.max_memory_bytes = own_memory_bytes(run.config(), cores.size(), memory_rooms());
  settings.cores = cores;
  settings.environment = std::move(environment).value();
  settings.timeouts = {to_milliseconds(speed.alive_timeout_seconds),
                       to_milliseconds(speed.ready_timeout_seconds)};
  return settings;
}

Status allow_open_files(EngineKind engine, std::size_t workers) {
  const bool one_process = engine == EngineKind::kThreads;
  const std::int64_t each = one_process ? kFilesOfThreadWorker : kFilesOfWorker;
  return allow_open_files(kFilesOfProcess + each * static_cast<std::int64_t>(workers),
                          fmt::format("a run with {} workers", workers));
}

WorkerCareSettings care_settings(const RunConfig& config, const ServerReady& server,
                                 std::size_t workers) {
  WorkerCareSettings care;
  care.min_deadline_seconds = config.operating.min_deadline_seconds;
  for (const ModelFacts& model : server.models) {
    const double seconds = static_cast<double>(model.warm_forward_us) / 1e6;
    // The models of an ensemble are one in tasks.
    if (config.ensemble && !care.forward_seconds.empty()) {
      care.forward_seconds.front() += seconds;
    } else {
      care.forward_seconds.push_back(seconds);
    }
  }
  care.max_memory_bytes = own_memory_bytes(config, workers, memory_rooms());
  care.max_tasks = config.operating.max_tasks_per_worker;
  if (config.operating.memory_guard) care.memory_rooms = [] { return memory_rooms(); };
  care.fewer_workers = config.speed.engine == EngineKind::kProcesses;
  return care;
}

std::map<std::string, std::string> folder_facts(const LoadedOutput& output,
                                                const ServerReady& server,
                                                std::size_t first_model) {
  const ResultSettings& results = output.config.results;
  auto facts = fingerprint(results, output.card(),
                           {{"model.sha256", server.models.at(first_model).digest},
                            {"libtorch.version", server.torch_version},
                            {"libtorch.cpu_capability", server.cpu_capability}});
  for (std::size_t i = 1; i < output.cards.size(); ++i) {
    const std::string& digest = server.models.at(first_model + i).digest;
    facts.merge(member_fingerprint(i + 1, output.cards[i], digest));
  }
  if (output.word_list != nullptr) facts["word_list.sha256"] = digest_of(output.word_list->text());
  facts[kLabelsFact] = fmt::format("{}", fmt::join(output.card().labels, "\n"));
  facts[kVectorLengthFact] = fmt::to_string(output.card().output_width());
  facts[kTimestampsFact] = output.config.speed.timestamps;
  return facts;
}

}  // namespace rookery
