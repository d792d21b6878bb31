#include "supervisor/bench/metrics.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rookery {
namespace {

using Json = nlohmann::json;

void add_percentiles(const Json& summary, const std::string& section, const std::string& prefix,
                     Metrics& metrics) {
  const auto found = summary.find(section);
  if (found == summary.end() || !found->is_object()) return;
  for (const char* share : {"p50", "p90", "p99"}) {
    if (found->contains(share) && (*found)[share].is_number()) {
      metrics[prefix + share + "_seconds"] = (*found)[share].get<double>();
    }
  }
}

void add_memory(const Json& memory, Metrics& metrics) {
  metrics["peak_pss_bytes"] = memory.value("tree_pss_bytes", 0.0);
  metrics["shared_weights_bytes"] = memory.value("shared_weights_bytes", 0.0);
  const auto each = memory.value("private_bytes_per_worker", std::vector<double>());
  if (!each.empty()) {
    metrics["private_worker_bytes"] = *std::max_element(each.begin(), each.end());
  }
}

}  // namespace

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> kStages = {"probe",     "decode",  "resample",
                                                   "front_end", "forward", "reduce"};
  return kStages;
}

const std::vector<Metric>& metric_table() {
  static const std::vector<Metric> kTable = {
      {"x_real_time", "", "higher", "times real time, without start-up"},
      {"segments_per_second", "1/s", "higher", "segments a second, without start-up"},
      {"wall_seconds", "s", "lower", "wall time without start-up"},
      {"start_up_seconds", "s", "lower", "start-up: until workers are ready, their mean"},
      {"total_seconds", "s", "lower", "wall time of the whole process"},
      {"recordings_amiss", "", "lower", "recordings that failed or have gaps"},
      {"speed_up", "", "higher", "times the baseline's speed, round by round"},
      {"efficiency", "", "higher", "speed a worker, against one worker alone"},
      {"batch_latency_p50_seconds", "s", "lower", "batch in its worker: median"},
      {"batch_latency_p90_seconds", "s", "lower", "batch in its worker: 90th percentile"},
      {"batch_latency_p99_seconds", "s", "lower", "batch in its worker: 99th percentile"},
      {"segment_latency_p50_seconds", "s", "lower", "segment, dispatch to result: median"},
      {"segment_latency_p90_seconds", "s", "lower", "segment, dispatch to result: 90th percentile"},
      {"segment_latency_p99_seconds", "s", "lower", "segment, dispatch to result: 99th percentile"},
      {"recording_latency_p50_seconds", "s", "lower", "recording, admission to end: median"},
      {"recording_latency_p90_seconds", "s", "lower",
       "recording, admission to end: 90th percentile"},
      {"recording_latency_p99_seconds", "s", "lower",
       "recording, admission to end: 99th percentile"},
      {"host_pace", "B/s", "", "loads of idle cores before or after the run, whichever is less"},
      {"cpu_utilisation", "", "",
       "CPU time of the tree over wall time and cores, without start-up"},
      {"cpu_user_seconds", "s", "lower", "CPU time in user mode, of the tree"},
      {"cpu_system_seconds", "s", "lower", "CPU time in the kernel, of the tree"},
      {"cpu_supervisor_seconds", "s", "lower", "CPU time of the supervisor"},
      {"cpu_probe_seconds", "s", "lower", "CPU time of workers: probe"},
      {"cpu_decode_seconds", "s", "lower", "CPU time of workers: decode"},
      {"cpu_resample_seconds", "s", "lower", "CPU time of workers: resample"},
      {"cpu_front_end_seconds", "s", "lower", "CPU time of workers: front end"},
      {"cpu_forward_seconds", "s", "lower", "CPU time of workers: forward"},
      {"cpu_reduce_seconds", "s", "lower", "CPU time of workers: reduce"},
      {"cpu_outside_stages_seconds", "s", "lower",
       "CPU time behind start-up outside the stages: threads of operators, waiting, spinning"},
      {"voluntary_switches", "", "lower", "context switches: waiting"},
      {"involuntary_switches", "", "lower", "context switches: taken off the core"},
      {"migrations", "", "lower", "moves of threads from core to core"},
      {"minor_faults", "", "lower", "page faults without input"},
      {"major_faults", "", "lower", "page faults that read from a disk"},
      {"peak_pss_bytes", "B", "lower", "peak memory of the tree, shared pages once (PSS)"},
      {"peak_rss_bytes", "B", "lower", "peak of the processes' resident sizes, added up"},
      {"mean_rss_bytes", "B", "lower", "mean of the processes' resident sizes, added up"},
      {"peak_anon_bytes", "B", "lower", "peak of the tree's anonymous memory"},
      {"mean_anon_bytes", "B", "lower", "mean of the tree's anonymous memory"},
      {"peak_shmem_bytes", "B", "lower",
       "peak of shared memory, once for each process that maps it"},
      {"peak_file_bytes", "B", "lower",
       "peak of mapped files, once for each process that maps them"},
      {"private_worker_bytes", "B", "lower", "most that a process of workers had of its own"},
      {"shared_weights_bytes", "B", "lower", "the one copy of the weights"},
      {"memory_ratio", "", "lower", "peak memory (PSS) over the baseline's"},
  };
  return kTable;
}

Metrics metrics_of_summary(const Json& summary) {
  Metrics metrics;
  const double start_up = summary.value("start_up_seconds", 0.0);
  const double wall = std::max(summary.value("wall_seconds", 0.0) - start_up, 1e-6);
  metrics["start_up_seconds"] = start_up;
  metrics["wall_seconds"] = wall;
  metrics["x_real_time"] = summary.value("run_audio_hours", 0.0) * 3600 / wall;
  if (summary.contains("segments")) {
    metrics["segments_per_second"] = summary["segments"].get<double>() / wall;
  }
  if (summary.contains("recordings")) {
    const Json& recordings = summary["recordings"];
    metrics["recordings_amiss"] =
        recordings.value("failed", 0.0) + recordings.value("done_with_gaps", 0.0);
  }
  const Json cpu = summary.value("cpu_seconds", Json::object());
  for (const std::string& stage : stage_names()) {
    metrics["cpu_" + stage + "_seconds"] = cpu.value(stage, 0.0);
  }
  metrics["cpu_supervisor_seconds"] = cpu.value("supervisor", 0.0);
  add_memory(summary.value("peak_memory", Json::object()), metrics);
  add_percentiles(summary, "batch_latency_seconds", "batch_latency_", metrics);
  add_percentiles(summary, "segment_latency_seconds", "segment_latency_", metrics);
  add_percentiles(summary, "recording_latency_seconds", "recording_latency_", metrics);
  return metrics;
}

}  // namespace rookery
