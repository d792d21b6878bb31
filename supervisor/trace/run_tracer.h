// What a run tells its trace. RunTracer itself keeps nothing: it is that of a run without a trace.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "supervisor/dispatcher.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

// What the supervisor is at, one after the other.
enum class LoopStage {
  kStartUp,   // until the fork server has the model ready
  kOpen,      // takes up output folders
  kPlan,      // takes up inputs, cuts tasks
  kDispatch,  // sends them
  kWait,      // for an event
  kReceive,   // reads what has come
  kMerge,     // takes a task's result: reorder buffer, post-processing, rows for the journal
  kHandle,    // any other event
  kWrite,     // makes the journal durable
  kWatch,     // progress, deadlines, memory
  kStop,      // ends the workers
  kExport,    // writes formats and the summary
};

std::string_view to_string(LoopStage stage);

// How much there is in hand.
struct RunLoad {
  int tasks_in_flight = 0;
  int free_credits = 0;                  // places for tasks that workers with credit still have
  std::int64_t unreleased_segments = 0;  // dispatched, or done and waiting for an earlier one
  std::int64_t held_back_bytes = 0;      // of the latter
  std::int64_t recordings_probing = 0;
  std::int64_t recordings_open = 0;

  bool operator==(const RunLoad&) const = default;
};

// Not thread-safe.
class RunTracer {
 public:
  RunTracer() = default;
  RunTracer(const RunTracer&) = delete;
  RunTracer& operator=(const RunTracer&) = delete;
  virtual ~RunTracer() = default;

  // Ends the stage entered last.
  virtual void enter(LoopStage /*stage*/) {}
  // What follows is sending it: kDispatch.
  virtual void sends(const Assignment& /*assignment*/) {}
  // What follows is acting on it: kMerge or kHandle.
  virtual void handles(const PoolEvent& /*event*/) {}
  // Called often; asks for the load when it wants to know.
  virtual void tick(const std::function<RunLoad()>& /*load*/) {}
  // Of the worker tree and the supervisor, as PSS.
  virtual void memory(std::int64_t /*bytes*/) {}
  // Called often; asks for their anonymous memory, which is cheaper to read, when it wants to know.
  virtual void tick_memory(const std::function<std::int64_t()>& /*anonymous_bytes*/) {}

  static RunTracer& none() {
    static RunTracer nobody;
    return nobody;
  }
};

}  // namespace rookery
