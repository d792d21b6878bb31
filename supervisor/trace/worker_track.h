// A worker slot's row of a trace: what its worker was at, and on whose behalf.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "ipc/protocol.h"
#include "rookery/task.h"
#include "supervisor/pool/worker_pool.h"
#include "supervisor/trace/trace_events.h"

namespace rookery {

// The processes of a trace; a viewer groups tracks by them.
inline constexpr int kSupervisorProcess = 1;
inline constexpr int kWorkersProcess = 2;
// Threads of kWorkersProcess above this are helpers, those up to it workers, both in slot order.
inline constexpr int kHelperThreads = 10'000;

// Categories of slices on a worker's track: what it was at; and around that, the task it was for.
inline constexpr std::string_view kStageCategory = "stage";
inline constexpr std::string_view kTaskCategory = "task";

// With decode_ahead the slot has a second row, for the worker's helper thread.
//
// Workers take messages in the order in which they were sent. Their spans come with answers: those
// of a refused task, and of sending the last answer, with the next one. A message's spans end with
// the one of sending its answer, so spans are matched with messages from the last one back.
class WorkerTrack {
 public:
  // `events` outlives it. All times are nanoseconds of CLOCK_MONOTONIC.
  WorkerTrack(TraceEvents& events, SlotId slot);

  TaskId sent(const WorkItem& item, std::int64_t now_ns);
  void answered(const ProbeDone& answer, std::int64_t now_ns);
  void answered(const TaskResult& result, std::int64_t now_ns);
  void refused(TaskId id, std::string_view why, std::int64_t now_ns);
  // What it held is no longer its.
  void gone(std::string_view how, std::int64_t now_ns);
  void ready(std::int64_t now_ns);

  static Track track_of(SlotId slot) { return {kWorkersProcess, slot + 1}; }
  static Track helper_track_of(SlotId slot) { return {kWorkersProcess, kHelperThreads + slot + 1}; }

 private:
  struct Message {
    std::string name;
    TraceArgs args;
    std::set<TaskId> open;  // not answered yet
    TaskId first = 0;
  };

  void add(Message& message, const Probe& probe);
  void add(Message& message, const Task& task);
  void add(Message& message, const MixedTask& mixed);
  // Its message; null if it is not known.
  const Message* settle(TaskId id, std::string_view outcome, std::int64_t now_ns);
  // Its message, if it has spans, which were drawn.
  const Message* answered(TaskId id, std::span<const StageSpan> spans, std::int64_t cpu_us,
                          std::int64_t now_ns);
  // The spans of one message, which may be unknown.
  void draw(const Track& track, std::span<const StageSpan> spans, const Message* message,
            std::int64_t cpu_us);

  TraceEvents& events_;
  Track track_;
  Track helper_track_;
  // The last one that spans are known of, if only up to its answer, and those sent after it.
  std::deque<Message> messages_;
};

}  // namespace rookery
