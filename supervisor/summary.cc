#include "supervisor/summary.h"

#include <nlohmann/json.hpp>

#include "supervisor/atomic_file.h"

namespace rookery {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

Json recordings_of(const JournalCounts& counts) {
  return {{"done", counts.done},
          {"done_with_gaps", counts.done_with_gaps},
          {"failed", counts.failed},
          {"pending", counts.pending}};
}

Json cpu_of(const RunSummary& summary) {
  return {{"probe", seconds(summary.cpu.probe_us)},
          {"decode", seconds(summary.cpu.decode_us)},
          {"resample", seconds(summary.cpu.resample_us)},
          {"front_end", seconds(summary.cpu.front_end_us)},
          {"forward", seconds(summary.cpu.forward_us)},
          {"reduce", seconds(summary.cpu.reduce_us)},
          {"supervisor", seconds(summary.supervisor_cpu_us)}};
}

Json quantiles_of(const Quantiles& latency) {
  return {{"p50", latency.p50}, {"p90", latency.p90}, {"p99", latency.p99}};
}

Json memory_of(const MemorySummary& memory) {
  return {{"tree_pss_bytes", memory.tree_pss_bytes},
          {"shared_weights_bytes", memory.shared_weights_bytes},
          {"private_bytes_per_worker", memory.private_bytes_per_worker}};
}

Json sandbox_of(const SandboxSummary& sandbox) {
  return {{"landlock", sandbox.landlock_abi},
          {"seccomp", sandbox.seccomp},
          {"reads", sandbox.reads_everything ? "everything" : "roots"},
          {"memory_bytes", sandbox.memory_bytes}};
}

double times_real_time(const RunSummary& summary) {
  if (summary.wall_us <= 0) return 0;
  return seconds(summary.run_audio_us) / seconds(summary.wall_us);
}

}  // namespace

std::string to_json(const RunSummary& summary) {
  const Json json = {{"complete", summary.complete},
                     {"exit_code", summary.exit_code},
                     {"recordings", recordings_of(summary.counts)},
                     {"detections", summary.counts.detections},
                     {"audio_hours", seconds(summary.counts.done_us) / 3600},
                     {"run_audio_hours", seconds(summary.run_audio_us) / 3600},
                     {"segments", summary.segments},
                     {"wall_seconds", seconds(summary.wall_us)},
                     {"start_up_seconds", seconds(summary.start_up_us)},
                     {"times_real_time", times_real_time(summary)},
                     {"cpu_seconds", cpu_of(summary)},
                     {"batch_latency_seconds", quantiles_of(summary.batch_latency)},
                     {"segment_latency_seconds", quantiles_of(summary.segment_latency)},
                     {"recording_latency_seconds", quantiles_of(summary.recording_latency)},
                     {"peak_memory", memory_of(summary.peak_memory)},
                     {"worker_deaths", summary.worker_deaths},
                     {"workers_replaced", summary.workers_replaced},
                     {"sandbox", sandbox_of(summary.sandbox)},
                     {"settings", summary.settings},
                     {"versions", summary.versions},
                     {"host", summary.host}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status write_summary(const RunSummary& summary, const std::string& path) {
  return write_file_atomically(path, to_json(summary));
}

}  // namespace rookery
