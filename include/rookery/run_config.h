// The merged configuration of a run. Every field is a key of the YAML config, named in config_keys;
// the order of trust is: built-in defaults < the model card's `postprocess` < --config file < flags
// < --set.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rookery {

enum class EngineKind { kProcesses, kThreads };
enum class StartKind { kFork, kSpawn };
enum class WeightsKind { kShared, kPrivate };
// kReadAll: as kOn, but workers may read every file.
enum class SandboxKind { kOn, kReadAll, kOff };

enum class CtcDecoder { kGreedy, kBeam };

// Post-processing. Scores are after the activation. For `tags` one frame is one segment.
struct PostprocessConfig {
  double threshold = 0.5;                          // a score at or above it is positive
  std::map<std::string, double> label_thresholds;  // for single labels, by name
  double threshold_off = -1.0;               // frames: positive goes on until below; <0: threshold
  std::int32_t top_k = 0;                    // tags: at most so many labels a segment; 0: all
  std::int32_t smooth_segments = 1;          // tags: median over so many segments, odd; 1: none
  bool merge = true;                         // tags: join neighbouring positive segments
  double merge_gap_seconds = 0.0;            // tags: also across gaps up to this long
  double min_duration_seconds = 0.0;         // frames: shorter detections are dropped
  double min_gap_seconds = 0.0;              // frames: shorter gaps are closed
  bool keep_frames = false;                  // frames: also keep all scores, as vectors
  CtcDecoder decoder = CtcDecoder::kGreedy;  // ctc
  std::int32_t beam_width = 16;              // ctc, beam: sequences kept
  std::string word_list;                     // ctc, beam: file of the words there may be; "": any

  bool operator==(const PostprocessConfig&) const = default;
};

// The value of ResultSettings::channel by which each channel is looked at by itself.
inline constexpr const char* kEachChannel = "each";

// What decides the bytes that come out. All of it enters the fingerprint.
struct ResultSettings {
  std::int32_t batch_size = 8;
  bool batch_mix = false;  // what full batches leave of recordings shares batches with others'
  std::int32_t intra_op = 1;
  std::string openmp = "libgomp";  // runtime of the workers' operators: libgomp | libomp
  std::string channel = "mix";     // mix | each | 1 | 2 | ... (counted from 1)
  std::string resampler = "hq";    // soxr quality: lq | mq | hq | vhq
  PostprocessConfig postprocess;

  bool operator==(const ResultSettings&) const = default;
};

// What decides how fast it goes and what it costs, never what comes out.
struct SpeedSettings {
  EngineKind engine = EngineKind::kProcesses;
  StartKind start = StartKind::kFork;
  WeightsKind weights = WeightsKind::kShared;
  std::int32_t workers = 0;    // 0: auto, one for each intra_op cores to be had
  bool pin = true;             // to intra_op cores of its own
  bool oversubscribe = false;  // pinned workers may need more cores than there are
  std::int32_t inter_op = 1;
  std::string allocator = "jemalloc";  // a preset's name, see supervisor/host/allocator_presets
  std::map<std::string, std::string> environment;  // of the worker tree, besides the allocator's
  SandboxKind sandbox = SandboxKind::kOn;
  bool decode_ahead = false;   // a helper thread of a worker reads the next batch during a forward
  bool spread_models = false;  // a task is of one model: several workers share a recording's models
  std::int32_t prefetch = 2;   // tasks a worker holds at most
  double task_seconds = 0.5;   // aimed-at work in a task, in seconds of a worker
  std::int64_t max_unreleased_segments =
      4096;                              // dispatched or finished but not yet merged, per recording
  double alive_timeout_seconds = 30.0;   // from start to the first sign of life
  double ready_timeout_seconds = 600.0;  // from then until the model is loaded
  std::vector<std::string> formats = {"jsonl"};
  std::string timestamps =
      "none";  // none | header | filename=FORMAT: rows also carry wall-clock time
  std::int32_t test_delay_ms = 0;  // test hook: tasks end after a random delay up to this

  bool operator==(const SpeedSettings&) const = default;
};

// How a run gets on with the host and its people.
struct OperatingSettings {
  std::string max_time = "none";       // a duration, see supervisor/run_time: stops in good order
  std::string until = "none";          // the same by a time of day
  std::string max_failed = "none";     // see supervisor/failure_budget
  bool retry_failed = false;           // what failed in an earlier run is done again
  std::int32_t nice = 0;               // by which the scheduling priority is lowered
  std::string metrics;                 // file for Prometheus' node exporter; "": none
  double min_deadline_seconds = 30.0;  // a task is given at least so long before it is a hang
  std::string max_worker_memory = "none";  // a size: a worker with more of its own is replaced
  std::int32_t max_tasks_per_worker = 0;   // it is replaced after so many; 0: never
  bool memory_guard = true;                // fewer workers while the host or cgroup runs short
  bool content_digests = false;            // a recording is also known by its bytes' SHA-256
  std::string trace;                       // file of the run's timeline; "": none

  bool operator==(const OperatingSettings&) const = default;
};

struct RunConfig {
  std::vector<std::string> models;         // their directories
  std::vector<std::string> model_digests;  // SHA-256 each must have, in their order; none: any
  bool ensemble = false;                   // one output: the mean of the models' scores
  std::string out;                         // the output folder
  std::vector<std::string> inputs;
  ResultSettings results;
  SpeedSettings speed;
  OperatingSettings operating;

  bool operator==(const RunConfig&) const = default;
};

}  // namespace rookery
