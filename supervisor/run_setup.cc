#include "supervisor/run_setup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "supervisor/config/fingerprint.h"
#include "supervisor/host/allocator_presets.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/journal/journal.h"
#include "supervisor/postprocess/postprocessor.h"
#include "worker/model_digest.h"

namespace rookery {
namespace {

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

Result<Placement> place_on_this_host(const SpeedSettings& speed) {
  const auto topology = host_topology();
  if (!topology) return topology.error();
  return place_workers(*topology, cpu_quota(), speed.workers, speed.pin, speed.oversubscribe);
}

WorkerSettings worker_settings(const RunConfig& config, const ModelCard& card) {
  WorkerSettings settings;
  settings.model_file = card.file;
  settings.geometry = card.geometry;
  settings.front_end = card.front_end;
  settings.carries_state = card.carries_state;
  settings.takes_lengths = card.takes_lengths;
  settings.output = card.output;
  settings.activation = card.activation;
  settings.floors = score_floors(card, config.results.postprocess);
  settings.batch_size = config.results.batch_size;
  settings.intra_op = config.results.intra_op;
  settings.inter_op = config.speed.inter_op;
  settings.channel = config.results.channel;
  settings.resampler = config.results.resampler;
  settings.engine = config.speed.engine;
  settings.start = config.speed.start;
  settings.weights = config.speed.weights;
  settings.test_delay_ms = config.speed.test_delay_ms;
  return settings;
}

Result<ProcessPoolSettings> pool_settings(const RunConfig& config, const ModelCard& card,
                                          const std::vector<int>& cores,
                                          const std::string& worker_program) {
  auto environment = allocator_environment(config.speed.allocator);
  if (!environment) return environment.error();
  ProcessPoolSettings settings;
  settings.worker_program = worker_program;
  settings.worker = worker_settings(config, card);
  settings.cores = cores;
  settings.environment = std::move(environment).value();
  settings.timeouts = {to_milliseconds(config.speed.alive_timeout_seconds),
                       to_milliseconds(config.speed.ready_timeout_seconds)};
  return settings;
}

std::map<std::string, std::string> folder_facts(const RunConfig& config, const ModelCard& card,
                                                const WordList* word_list,
                                                const ServerReady& server) {
  auto facts = fingerprint(config.results, card,
                           {{"model.sha256", server.model_digest},
                            {"libtorch.version", server.torch_version},
                            {"libtorch.cpu_capability", server.cpu_capability}});
  if (word_list != nullptr) facts["word_list.sha256"] = digest_of(word_list->text());
  facts[kLabelsFact] = fmt::format("{}", fmt::join(card.labels, "\n"));
  facts[kTimestampsFact] = config.speed.timestamps;
  return facts;
}

}  // namespace rookery
