// The pool of workers as the run loop sees it: real (process_pool) or fake (tests/fakes).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "shm/beacon.h"

namespace rookery {

// What is sent to a worker at a time.
using WorkItem = std::variant<Probe, Task, MixedTask>;

struct WorkerReady {
  SlotId slot = 0;
};
struct ProbeAnswered {
  SlotId slot = 0;
  ProbeDone answer;
};
struct TaskAnswered {
  SlotId slot = 0;
  TaskResult result;
};
struct WorkRefused {
  SlotId slot = 0;
  WorkFailed failure;
};
// The worker of a slot is gone with all it held; the pool starts a successor by itself.
struct WorkerDied {
  SlotId slot = 0;
  int wait_status = 0;            // as waitpid gives it; of SIGKILL where the fork server is gone
  BeaconNote last_note;           // what it was doing
  bool out_of_memory = false;     // the kernel killed it for memory
  bool with_fork_server = false;  // the fork server had died, and with it all its workers
  int busy_in_process = 1;        // slots of its process that were at work
  bool with_previous = false;     // it went with the WorkerDied before: one death of several slots
};
// A worker that was retired has done what it held and ended; what was sent to it since is lost.
struct WorkerRetired {
  SlotId slot = 0;
};
// SIGINT or SIGTERM came.
struct Interrupted {
  int signal = 0;
};
// No worker can be had any more; the run cannot go on.
struct PoolBroken {
  Error error;
};
struct TimedOut {};

using PoolEvent = std::variant<WorkerReady, ProbeAnswered, TaskAnswered, WorkRefused, WorkerDied,
                               WorkerRetired, Interrupted, PoolBroken, TimedOut>;

// Not thread-safe. Answers of workers that have died since are never returned: after WorkerDied
// nothing comes from what that worker held.
class WorkerPool {
 public:
  virtual ~WorkerPool() = default;

  // Loads the model and asks for all workers; returns when the model is loaded (workers report by
  // WorkerReady) or with the reason why it can't be.
  virtual Result<ServerReady> start() = 0;
  virtual int slot_count() const = 0;
  // Hands work to a slot that has reported WorkerReady. Never blocks.
  virtual Status send(SlotId slot, const WorkItem& item) = 0;
  // The next event, or TimedOut when none came.
  virtual PoolEvent wait(std::chrono::milliseconds timeout) = 0;
  // Memory of its own that the process hosting a slot has, divided by its slots; 0: not known.
  virtual std::int64_t private_bytes(SlotId slot) = 0;
  // Kills the process that hosts a slot; WorkerDied follows for every slot of it.
  virtual void kill(SlotId slot) = 0;
  // Its worker finishes what it holds, ends (WorkerRetired, unless it dies before) and has a
  // successor. Returns the slots that take no more work until they are ready again: with engine
  // threads all of the process; none if they are leaving already or not ready yet.
  virtual std::vector<SlotId> retire(SlotId slot) = 0;
  // At most so many workers, at least one: others are retired and have successors only once the
  // count is raised. Returns as retire(). No change with engine threads.
  virtual std::vector<SlotId> set_worker_count(int count) = 0;
  // Ends all workers: those that are well finish what they hold unless `at_once`.
  virtual void stop(bool at_once) = 0;
};

}  // namespace rookery
