// The one loop of a run: plan while workers have room, hand over, wait for one event, handle it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "rookery/exit_codes.h"
#include "rookery/run_config.h"
#include "supervisor/clock.h"
#include "supervisor/death_ledger.h"
#include "supervisor/dispatcher.h"
#include "supervisor/inputs/identified_inputs.h"
#include "supervisor/pool/worker_pool.h"
#include "supervisor/recordings_in_progress.h"
#include "supervisor/run_latency.h"
#include "supervisor/run_limits.h"
#include "supervisor/run_observer.h"
#include "supervisor/task_planner.h"
#include "supervisor/trace/run_tracer.h"
#include "supervisor/worker_care.h"
#include "supervisor/workers_start.h"

namespace rookery {

// What the loop works with; all outlive it.
struct RunParts {
  InputSource& inputs;
  WorkerPool& pool;
  const Clock& clock;
  RunObserver& observer;
  bool content_digests = false;  // recordings are also known by their bytes
  RunTracer& tracer = RunTracer::none();
};

// How a run ended. `error` is set when it could not go on.
struct RunReport {
  ExitCode exit_code = kExitDone;
  std::optional<Error> error;
  bool at_once = false;  // what workers have in hand is of no use any more
  RunSnapshot totals;
  TimePoint workers_ready;  // the mean over the workers that it began with
  StageTimes times;
  std::int64_t tasks = 0;
  std::int64_t segments = 0;
  std::int64_t worker_deaths = 0;
  std::int64_t workers_replaced = 0;  // in good order: they had grown or done their share
  Quantiles batch_latency;            // see run_latency
  Quantiles segment_latency;
  Quantiles recording_latency;
};

class RunLoop {
 public:
  // The pool has been started; its workers may still be on their way.
  RunLoop(RunParts parts, std::vector<ModelOutput> outputs, const SpeedSettings& speed,
          RunLimits limits = {}, WorkerCareSettings care = {});

  // Runs to the end of the inputs, to a limit, a signal, or an error nobody can mend. Journals are
  // flushed.
  RunReport run();

 private:
  // Ends the run: carried up to run() as a value.
  struct Ending {
    ExitCode exit_code = kExitDone;
    std::optional<Error> error;
  };
  using Step = std::optional<Ending>;

  Step plan_while_there_is_room();
  // No recording will come that is not known yet.
  bool all_known() const;
  Step admit_next_input();
  void hand_over();

  Step await_event();
  Step handle(const PoolEvent& event);
  Step on(const WorkerReady& event);
  Step on(const ProbeAnswered& event);
  Step on(const TaskAnswered& event);
  Step on(const WorkRefused& event);
  Step on(const WorkerDied& event);
  Step on(const WorkerRetired& event);
  Step on(const Interrupted& event);
  Step on(const PoolBroken& event);
  Step on(const TimedOut&) { return std::nullopt; }

  std::optional<ChargedWork> settle(SlotId slot, TaskId id);
  Step give_up(const ChargedWork& work);
  Step fail(const Recording& recording, const RecordingFault& fault);
  void drop(std::int64_t position);
  // Of a recording that may have come to its end.
  void note_end(std::int64_t position);
  Step housekeeping();
  void heed_limits(const RunSnapshot& snapshot, TimePoint now);
  // Takes no new work from now on; the run ends with what is in hand.
  void stop_in_order(Ending ending, const std::string& why);
  bool over() const;
  RunSnapshot snapshot() const;
  RunLoad load() const;

  RunParts parts_;
  IdentifiedInputs inputs_;
  Dispatcher dispatcher_;
  RecordingsInProgress recordings_;
  TaskPlanner planner_;
  WorkerCare care_;
  bool inputs_exhausted_ = false;
  bool awaits_input_ = false;  // the next one is not yet to be had
  bool more_inputs_ = false;   // would have been taken up, but others are to be heard first
  std::set<SlotId> ready_slots_;
  WorkersStart start_;
  DeathLedger deaths_;
  bool decode_ahead_;
  RunLatency latency_;
  RunLimits limits_;
  std::optional<Ending> stopping_;
  bool interrupted_ = false;
  TimePoint last_flush_;
  RunReport report_;
};

}  // namespace rookery
