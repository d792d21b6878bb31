// summary.json: what a run did and what it cost. docs/outputs.md explains every key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "rookery/task.h"
#include "supervisor/journal/journal.h"
#include "supervisor/latency_histogram.h"

namespace rookery {

// Peaks over the run, in bytes. PSS of the tree counts a shared page once.
struct MemorySummary {
  std::int64_t tree_pss_bytes = 0;
  std::int64_t shared_weights_bytes = 0;
  std::vector<std::int64_t> private_bytes_per_worker;
};

// What workers were kept from.
struct SandboxSummary {
  std::int32_t landlock_abi = 0;  // 0: not in force
  bool seccomp = false;
  bool reads_everything = true;   // or the inputs' roots alone
  std::int64_t memory_bytes = 0;  // of a worker's own, that its limit is made of; 0: none
};

struct RunSummary {
  bool complete = false;  // every recording of the inputs has ended
  int exit_code = 0;
  JournalCounts counts;           // of the whole output folder
  std::int64_t run_audio_us = 0;  // audio of the recordings that ended in this run
  std::int64_t segments = 0;      // that this run gave results of
  std::int64_t wall_us = 0;
  std::int64_t start_up_us = 0;        // of wall_us: until workers were ready, their mean
  StageTimes cpu;                      // of all workers, by stage
  std::int64_t supervisor_cpu_us = 0;  // supervisor's own
  Quantiles batch_latency;             // see run_latency
  Quantiles segment_latency;
  Quantiles recording_latency;
  MemorySummary peak_memory;
  std::int64_t worker_deaths = 0;
  std::int64_t workers_replaced = 0;  // in good order
  SandboxSummary sandbox;
  std::map<std::string, std::string> settings;  // config keys and their merged values
  std::map<std::string, std::string> versions;
  std::map<std::string, std::string> host;
};

// JSON text, ending in a newline; text that is no UTF-8 has its bad bytes replaced by U+FFFD.
std::string to_json(const RunSummary& summary);

// Writes it to `path`, whole or not at all.
Status write_summary(const RunSummary& summary, const std::string& path);

}  // namespace rookery
