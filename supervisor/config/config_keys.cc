#include "supervisor/config/config_keys.h"

#include <utility>

#include "supervisor/config/value_kinds.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

// A section is a function from RunConfig (const or not) to the struct that has the member.
constexpr auto kWhatSection = [](auto& config) -> auto& { return config; };
constexpr auto kResultsSection = [](auto& config) -> auto& { return config.results; };
constexpr auto kPostprocessSection = [](auto& config) -> auto& {
  return config.results.postprocess;
};
constexpr auto kSpeedSection = [](auto& config) -> auto& { return config.speed; };
constexpr auto kOperatingSection = [](auto& config) -> auto& { return config.operating; };

class KeyTable {
 public:
  template <class T>
  void what(const std::string& name, T RunConfig::*member, const Kind<T>& kind,
            const std::string& help) {
    add(KeyGroup::kWhat, kWhatSection, name, member, kind, help);
  }
  template <class T>
  void results(const std::string& name, T ResultSettings::*member, const Kind<T>& kind,
               const std::string& help) {
    add(KeyGroup::kResults, kResultsSection, name, member, kind, help);
  }
  template <class T>
  void postprocess(const std::string& name, T PostprocessConfig::*member, const Kind<T>& kind,
                   const std::string& help) {
    add(KeyGroup::kResults, kPostprocessSection, "postprocess." + name, member, kind, help);
  }
  template <class T>
  void speed(const std::string& name, T SpeedSettings::*member, const Kind<T>& kind,
             const std::string& help) {
    add(KeyGroup::kSpeed, kSpeedSection, name, member, kind, help);
  }
  template <class T>
  void operating(const std::string& name, T OperatingSettings::*member, const Kind<T>& kind,
                 const std::string& help) {
    add(KeyGroup::kOperating, kOperatingSection, name, member, kind, help);
  }

  // The last key's entries can be set one by one.
  void by_entry() { keys_.back().by_entry = true; }

  std::vector<ConfigKey> take() { return std::move(keys_); }

 private:
  template <class Section, class Struct, class T>
  void add(KeyGroup group, Section section, const std::string& name, T Struct::*member,
           const Kind<T>& kind, const std::string& help) {
    const auto parse = [=](RunConfig& config, const YAML::Node& node) -> Status {
      auto value = kind.read(node);
      if (!value) return Error{"config", refusal(name, node, kind.allowed, kind.reserved), ""};
      section(config).*member = std::move(*value);
      return Done{};
    };
    const auto print = [=](const RunConfig& config) { return kind.print(section(config).*member); };
    keys_.push_back({name, group, kind.allowed, help, parse, print, false, kind.is_path});
  }

  std::vector<ConfigKey> keys_;
};

constexpr double kMaxScore = 1e6;  // far above any score before an activation
constexpr double kDaySeconds = 86400;

void add_what_keys(KeyTable& table) {
  table.what("model", &RunConfig::models, one_or_more_paths(),
             "the model's directory, or those of several models");
  table.what("model_digest", &RunConfig::model_digests, digests(),
             "SHA-256 that the model's file must have; one for each model, in their order");
  table.what("ensemble", &RunConfig::ensemble, boolean(),
             "one output of several models: the mean of their scores");
  table.what("out", &RunConfig::out, path(), "the output folder");
  table.what("inputs", &RunConfig::inputs, paths(),
             "files, folders and globs, or - for a list on standard input");
}

void add_result_keys(KeyTable& table) {
  using R = ResultSettings;
  table.results("batch.size", &R::batch_size, whole_number<std::int32_t>(1, 4096),
                "segments run in one forward call");
  table.results("batch.mix", &R::batch_mix, boolean(),
                "what full batches leave of recordings shares batches with other recordings'");
  table.results("intra_op", &R::intra_op, whole_number<std::int32_t>(1, 1024),
                "threads that a worker's operators use");
  table.results("openmp", &R::openmp, one_of({"libgomp", "libomp"}),
                "runtime of these threads: the one LibTorch brings, or LLVM's");
  table.results("audio.channel", &R::channel, channel(),
                "all channels mixed to one, each by itself, or the one to take");
  table.results("audio.resampler", &R::resampler, one_of({"lq", "mq", "hq", "vhq"}),
                "quality of soxr's resampling to the model's rate");
}

void add_postprocess_keys(KeyTable& table) {
  using P = PostprocessConfig;
  table.postprocess("threshold", &P::threshold, real_number(-kMaxScore, kMaxScore),
                    "a score at or above it is positive");
  table.postprocess("label_thresholds", &P::label_thresholds,
                    numbers_by_label(-kMaxScore, kMaxScore),
                    "thresholds of single labels; the map is replaced as a whole");
  table.postprocess("threshold_off", &P::threshold_off,
                    real_number(0, kMaxScore, Word<double>{"same", -1.0}),
                    "frames: a positive goes on until its score is below this");
  table.postprocess("top_k", &P::top_k, whole_number<std::int32_t>(0, 100'000),
                    "tags: at most so many labels a segment; 0 means all");
  table.postprocess("smooth_segments", &P::smooth_segments, odd_number(1, 9999),
                    "tags: median of scores over so many segments; 1 means none");
  table.postprocess("merge", &P::merge, boolean(), "tags: join neighbouring positive segments");
  table.postprocess("merge_gap_seconds", &P::merge_gap_seconds, real_number(0, kDaySeconds),
                    "tags: join across gaps up to this long, too");
  table.postprocess("min_duration_seconds", &P::min_duration_seconds, real_number(0, kDaySeconds),
                    "frames: shorter detections are dropped");
  table.postprocess("min_gap_seconds", &P::min_gap_seconds, real_number(0, kDaySeconds),
                    "frames: shorter gaps are closed");
  table.postprocess("keep_frames", &P::keep_frames, boolean(),
                    "frames: keep the scores of all frames, too, for npy and npz");
  table.postprocess(
      "decoder", &P::decoder,
      choice<CtcDecoder>({{"greedy", CtcDecoder::kGreedy}, {"beam", CtcDecoder::kBeam}}),
      "ctc: the likeliest token of each frame, or a search for the likeliest text");
  table.postprocess("beam_width", &P::beam_width, whole_number<std::int32_t>(1, 1000),
                    "ctc: texts that decoder beam keeps");
  table.postprocess("word_list", &P::word_list, path(),
                    "ctc: file of the words that decoder beam may give; none means any");
}

void add_worker_keys(KeyTable& table) {
  using S = SpeedSettings;
  table.speed("engine", &S::engine,
              choice<EngineKind>(
                  {{"processes", EngineKind::kProcesses}, {"threads", EngineKind::kThreads}}),
              "how workers are hosted: a process each, or as threads of one");
  table.speed("start", &S::start,
              choice<StartKind>({{"fork", StartKind::kFork}, {"spawn", StartKind::kSpawn}}),
              "worker processes are forked from the loaded model, or start alone");
  table.speed(
      "weights", &S::weights,
      choice<WeightsKind>({{"shared", WeightsKind::kShared}, {"private", WeightsKind::kPrivate}},
                          {"per-node"}),
      "one copy of the weights on the host, or one for each worker");
  table.speed("workers", &S::workers,
              whole_number(1, 4096, std::optional(Word<std::int32_t>{"auto", 0})),
              "workers; auto means one for each intra_op physical cores to be had");
  table.speed("pin", &S::pin, boolean(),
              "pin each worker to as many cores of its own as intra_op says");
  table.speed("oversubscribe", &S::oversubscribe, boolean(),
              "allow pinned workers to need more logical cores than there are");
  table.speed("inter_op", &S::inter_op, whole_number<std::int32_t>(1, 1024),
              "threads that run a model's independent operators");
  table.speed("allocator", &S::allocator, one_of(allocator_names()),
              "memory allocator of the workers");
  table.speed("environment", &S::environment, variables(),
              "environment variables of the workers; environment.NAME sets one");
  table.by_entry();
}

void add_sandbox_keys(KeyTable& table) {
  table.speed("sandbox", &SpeedSettings::sandbox,
              choice<SandboxKind>({{"on", SandboxKind::kOn},
                                   {"read-all", SandboxKind::kReadAll},
                                   {"off", SandboxKind::kOff}}),
              "workers may open no socket, write no file, start no program");
}

void add_pipeline_keys(KeyTable& table) {
  using S = SpeedSettings;
  table.speed("decode_ahead", &S::decode_ahead, boolean(),
              "a helper thread of each worker reads the next batch during a forward; tasks then "
              "have at least four batches, but for a run's first ones");
  table.speed("spread_models", &S::spread_models, boolean(),
              "a task is of one model: workers share a recording's models");
}

void add_dispatch_keys(KeyTable& table) {
  using S = SpeedSettings;
  table.speed("prefetch", &S::prefetch, whole_number<std::int32_t>(1, 64),
              "tasks a worker holds at most");
  table.speed("task_seconds", &S::task_seconds, real_number(0.001, 10),
              "aimed-at work in a task, in seconds of a worker");
  table.speed("max_unreleased_segments", &S::max_unreleased_segments,
              whole_number<std::int64_t>(1, 100'000'000),
              "segments of a recording dispatched but not yet merged, at most");
  table.speed("alive_timeout_seconds", &S::alive_timeout_seconds, real_number(0.01, kDaySeconds),
              "a worker's time from start to its first sign of life; with `start: spawn` and "
              "shared weights that includes taking up the weights");
  table.speed("ready_timeout_seconds", &S::ready_timeout_seconds, real_number(0.01, kDaySeconds),
              "its time from then until the model is loaded");
  table.speed("formats", &S::formats, some_of(format_names()),
              "exports written at the end of a run");
  table.speed(
      "timestamps", &S::timestamps, timestamps(),
      "rows of jsonl and csv also carry the wall-clock time that headers or file names tell");
  table.speed("test_delay_ms", &S::test_delay_ms, whole_number<std::int32_t>(0, 60'000),
              "for tests: tasks end after a random delay up to this");
}

void add_operating_keys(KeyTable& table) {
  using O = OperatingSettings;
  table.operating("max_time", &O::max_time, duration(),
                  "take no new work after this long; the next run goes on");
  table.operating("until", &O::until, time_of_day(), "the same from this time of day on");
  table.operating("max_failed", &O::max_failed, failure_budget(),
                  "end the run when more recordings have failed than this");
  table.operating("retry_failed", &O::retry_failed, boolean(),
                  "do again what failed in an earlier run");
  table.operating("content_digests", &O::content_digests, boolean(),
                  "know recordings by their bytes, too, not by size and time of change alone");
  table.operating("nice", &O::nice, whole_number<std::int32_t>(0, 19),
                  "by how much the run's scheduling priority is lowered");
  table.operating("metrics", &O::metrics, path(),
                  "file for the textfile collector of Prometheus' node exporter");
  table.operating("trace", &O::trace, path(),
                  "file for a timeline of the run, which rookery trace and Perfetto read");
}

void add_care_keys(KeyTable& table) {
  using O = OperatingSettings;
  table.operating("min_deadline_seconds", &O::min_deadline_seconds, real_number(0.1, kDaySeconds),
                  "a worker is given at least so long for a task before it is taken for hung");
  table.operating("max_worker_memory", &O::max_worker_memory, byte_size(),
                  "a worker with more of its own after a task is replaced; sandboxed it is refused "
                  "twice as much; none: a quarter of all there is");
  table.operating("max_tasks_per_worker", &O::max_tasks_per_worker,
                  whole_number<std::int32_t>(0, 1'000'000'000),
                  "a worker is replaced after so many tasks, probes included; 0 means never");
  table.operating("memory_guard", &O::memory_guard, boolean(),
                  "less is worked on while host or control group run short of memory");
}

std::vector<ConfigKey> make_keys() {
  KeyTable table;
  add_what_keys(table);
  add_result_keys(table);
  add_postprocess_keys(table);
  add_worker_keys(table);
  add_sandbox_keys(table);
  add_pipeline_keys(table);
  add_dispatch_keys(table);
  add_operating_keys(table);
  add_care_keys(table);
  return table.take();
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> kKeys = make_keys();
  return kKeys;
}

const std::vector<std::string>& allocator_names() {
  static const std::vector<std::string> kNames = {
      "jemalloc",     "jemalloc-default", "jemalloc-thp", "jemalloc-pytorch", "glibc",
      "glibc-retain", "glibc-hugepages",  "tcmalloc",     "mimalloc"};
  return kNames;
}

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> kNames = {"jsonl", "csv", "rttm",     "audacity", "raven",
                                                  "srt",   "vtt", "textgrid", "npy",      "npz"};
  return kNames;
}

}  // namespace rookery
