// Makes trace events of what a run tells: a track for the supervisor's loop, one for each worker
// slot, tasks from dispatch to answer, and counters. docs/tracing.md describes the file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rookery/core_set.h"
#include "rookery/result.h"
#include "supervisor/clock.h"
#include "supervisor/trace/run_tracer.h"
#include "supervisor/trace/trace_events.h"
#include "supervisor/trace/worker_track.h"

namespace rookery {

inline constexpr std::string_view kLoopCategory = "loop";
// The event by which `rookery trace` knows its files, and their version. The format has no metadata
// of such a name.
inline constexpr std::string_view kTraceName = "rookery_trace";
inline constexpr std::int64_t kTraceVersion = 2;

struct TraceFacts {
  std::string version;  // of the program
  std::string engine;
  std::vector<CoreSet> cores;  // by slot
  std::int64_t unix_us = 0;    // wall-clock time of the origin
  bool helpers = false;        // each worker has one, which reads ahead
};

class TraceRecorder final : public RunTracer {
 public:
  // Times count from `origin`, when the run began; the supervisor is starting up since then. The
  // clock outlives it.
  TraceRecorder(std::unique_ptr<TraceSink> sink, const Clock& clock, TimePoint origin,
                const TraceFacts& facts);

  void enter(LoopStage stage) override;
  void sends(const Assignment& assignment) override;
  void handles(const PoolEvent& event) override;
  void tick(const std::function<RunLoad()>& load) override;
  void memory(std::int64_t bytes) override;
  void tick_memory(const std::function<std::int64_t()>& anonymous_bytes) override;

  // Ends the file; nothing may follow. Whether all of it was written.
  Status end();

 private:
  void name_tracks(const TraceFacts& facts);
  void on(const WorkerReady& event);
  void on(const ProbeAnswered& event);
  void on(const TaskAnswered& event);
  void on(const WorkRefused& event);
  void on(const WorkerDied& event);
  void on(const WorkerRetired& event);
  void on(const Interrupted& event);
  void on(const PoolBroken&) {}
  void on(const TimedOut&) {}
  WorkerTrack& track(SlotId slot) { return workers_.at(static_cast<std::size_t>(slot)); }
  // Ends the slice of the stage.
  void leave(std::int64_t now_ns);
  void count(const RunLoad& load, std::int64_t at_ns);
  std::int64_t now_ns() const;

  std::unique_ptr<TraceSink> sink_;
  const Clock& clock_;
  TraceEvents events_;
  std::vector<WorkerTrack> workers_;
  LoopStage stage_ = LoopStage::kStartUp;
  std::int64_t entered_ns_;
  std::optional<TaskId> task_;  // that the stage is for
  std::int64_t counted_ns_ = 0;
  std::optional<RunLoad> counted_;
  std::int64_t flushed_ns_ = 0;
  std::optional<std::int64_t> read_memory_ns_;
};

}  // namespace rookery
