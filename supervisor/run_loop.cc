#include "supervisor/run_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <utility>

#include "supervisor/event_waits.h"
#include "supervisor/left_out_segment.h"
#include "supervisor/worker_death.h"

namespace rookery {
namespace {

// Work that was in hand at this many deaths of workers is looked at segment by segment.
constexpr int kMaxDeaths = 2;
// Journal commits are grouped; what is finished is on disk after this long.
constexpr std::chrono::seconds kFlushInterval{1};
constexpr std::chrono::milliseconds kNoWait{0};
// So long inputs are taken up, or found to be done already, before workers and signals are heard.
constexpr std::chrono::milliseconds kLongestAdmission{50};

// An error of the journal or of the inputs ends the run.
ExitCode exit_code_of(const Error& error) {
  return error.stage == "input" ? kExitUsage : kExitCannotGoOn;
}

}  // namespace

RunLoop::RunLoop(RunParts parts, std::vector<ModelOutput> outputs, const SpeedSettings& speed,
                 RunLimits limits, WorkerCareSettings care)
    : parts_(parts),
      inputs_(parts.inputs, parts.content_digests),
      dispatcher_(parts.pool.slot_count(), speed.prefetch, kMaxDeaths),
      recordings_(std::move(outputs), parts.observer),
      planner_(dispatcher_, recordings_, speed),
      care_(parts.pool, dispatcher_, parts.observer, std::move(care)),
      start_(parts.pool.slot_count()),
      decode_ahead_(speed.decode_ahead),
      limits_(limits),
      last_flush_(parts.clock.now()) {}

RunReport RunLoop::run() {
  Step ending;
  while (!ending && !over()) {
    // 1. plan while workers have room, and hand it over  2. wait for one event and handle it
    hand_over();
    ending = plan_while_there_is_room();
    if (!ending && !over()) ending = await_event();
    if (!ending) ending = housekeeping();
  }
  parts_.tracer.enter(LoopStage::kWrite);
  const Status flushed = recordings_.flush();
  if (!ending && !flushed) ending = Ending{kExitCannotGoOn, flushed.error()};
  report_.totals = snapshot();
  report_.workers_ready = start_.mean(parts_.clock.now());
  report_.workers_replaced = care_.replaced();
  report_.batch_latency = latency_.of_batches();
  report_.segment_latency = latency_.of_segments();
  report_.recording_latency = latency_.of_recordings();
  report_.at_once = ending.has_value();
  if (!ending) ending = stopping_;
  if (ending) {
    report_.exit_code = ending->exit_code;
    report_.error = ending->error;
  } else if (report_.totals.with_faults > 0) {
    report_.exit_code = kExitSomeFailed;
  }
  return report_;
}

bool RunLoop::over() const {
  if (stopping_) return dispatcher_.in_flight() == 0;
  return inputs_exhausted_ && recordings_.empty();
}

RunLoop::Step RunLoop::plan_while_there_is_room() {
  awaits_input_ = false;
  more_inputs_ = false;
  if (stopping_ || !care_.may_dispatch()) return std::nullopt;
  parts_.tracer.enter(LoopStage::kPlan);
  Step ending;
  const TimePoint heed_others = parts_.clock.now() + kLongestAdmission;
  while (!ending && dispatcher_.capacity() > 0) {
    if (!planner_.plan()) {
      if (!inputs_exhausted_ && !awaits_input_ && planner_.may_probe()) {
        more_inputs_ = parts_.clock.now() >= heed_others;
        if (more_inputs_) break;
        ending = admit_next_input();
      } else if (!planner_.share(all_known())) {
        break;
      }
    }
    hand_over();
  }
  while (planner_.plan_waiting_rests(all_known())) hand_over();
  return ending;
}

bool RunLoop::all_known() const { return inputs_exhausted_ && recordings_.probing() == 0; }

RunLoop::Step RunLoop::admit_next_input() {
  const auto input = inputs_.next();
  awaits_input_ = !input.has_value();
  if (!input) return std::nullopt;
  if (std::holds_alternative<EndOfInputs>(input->item)) {
    inputs_exhausted_ = true;
    return std::nullopt;
  }
  const auto probe = recordings_.admit(*input);
  if (!probe) return Ending{exit_code_of(probe.error()), probe.error()};
  if (!*probe) return std::nullopt;
  latency_.admitted((*probe)->recording.position, parts_.clock.now());
  dispatcher_.submit(**probe);
  return std::nullopt;
}

void RunLoop::hand_over() {
  if (stopping_ || !care_.may_dispatch()) return;
  if (parts_.clock.now() < deaths_.hand_out_after()) return;
  for (const Assignment& assignment : dispatcher_.assign()) {
    latency_.handed_over(assignment, parts_.clock.now());
    parts_.tracer.sends(assignment);
    // A worker that cannot be reached is about to be reported dead, which requeues what it holds.
    (void)parts_.pool.send(assignment.slot, assignment.item).ok();
    care_.assigned(assignment);
    parts_.tracer.enter(LoopStage::kPlan);
  }
}

// One event; with inputs left to take up all workers that have become ready, too, since a signal
// may stand behind them.
RunLoop::Step RunLoop::await_event() {
  const auto longest = more_inputs_ ? kNoWait : awaits_input_ ? kInputWait : kLongestWait;
  Step ending;
  bool ready = true;
  do {
    parts_.tracer.enter(LoopStage::kWait);
    const PoolEvent event = parts_.pool.wait(longest);
    parts_.tracer.handles(event);
    ready = std::holds_alternative<WorkerReady>(event);
    ending = handle(event);
  } while (more_inputs_ && ready && !ending);
  return ending;
}

RunLoop::Step RunLoop::handle(const PoolEvent& event) {
  return std::visit([this](const auto& one) { return on(one); }, event);
}

RunLoop::Step RunLoop::on(const WorkerReady& event) {
  dispatcher_.worker_ready(event.slot);
  ready_slots_.insert(event.slot);
  start_.ready(event.slot, parts_.clock.now());
  return std::nullopt;
}

std::optional<ChargedWork> RunLoop::settle(SlotId slot, TaskId id) {
  care_.answered(slot, id, parts_.clock.now());
  deaths_.progress();
  return dispatcher_.settle(slot, id);
}

RunLoop::Step RunLoop::on(const ProbeAnswered& event) {
  const auto item = settle(event.slot, event.answer.id);
  if (!item) return std::nullopt;
  report_.times.probe_us += event.answer.probe_us;
  const std::int64_t position = recording_of(item->item).position;
  const Status taken = recordings_.probed(position, event.answer.properties);
  note_end(position);
  return taken ? Step() : Ending{kExitCannotGoOn, taken.error()};
}

RunLoop::Step RunLoop::on(const TaskAnswered& event) {
  const auto item = settle(event.slot, event.result.id);
  if (!item) return std::nullopt;
  planner_.observe(event.result);
  report_.times += event.result.times;
  latency_.answered(event.slot, event.result, parts_.clock.now());
  report_.segments += segments_in(event.result);
  ++report_.tasks;
  const std::int64_t position = recording_of(item->item).position;
  const Status taken = recordings_.take_result(position, event.result, left_out_of(*item));
  if (!recordings_.is_open(position)) drop(position);
  note_end(position);
  return taken ? Step() : Ending{kExitCannotGoOn, taken.error()};
}

RunLoop::Step RunLoop::on(const WorkRefused& event) {
  const auto item = settle(event.slot, event.failure.id);
  if (!item) return std::nullopt;
  const Error& error = event.failure.error;
  return fail(recording_of(item->item), {error.stage, error.reason, std::nullopt, std::nullopt});
}

RunLoop::Step RunLoop::on(const WorkerDied& event) {
  const DeathKind kind = kind_of_death(event, care_.missed_deadline(event.slot));
  WorkDeath death = work_death(event, kind, !dispatcher_.only_at_work(event.slot));
  death.reads_ahead = decode_ahead_;
  ready_slots_.erase(event.slot);
  care_.gone(event.slot);
  latency_.gone(event.slot);
  planner_.worker_died(event.slot);
  // Of several that went together the one that was late says why.
  if (!event.with_previous || kind == DeathKind::kDeadline) {
    parts_.observer.worker_died(event.slot, death.how);
  }
  if (!event.with_previous) {
    ++report_.worker_deaths;
    if (!death.charged) deaths_.uncharged_death(parts_.clock.now());
  }
  death.last_straw = deaths_.hopeless();
  const auto given_up = dispatcher_.worker_died(event.slot, death);
  if (given_up) return give_up(*given_up);
  if (!deaths_.hopeless()) return std::nullopt;
  return Ending{kExitCannotGoOn, killed_from_outside(death)};
}

RunLoop::Step RunLoop::give_up(const ChargedWork& work) {
  deaths_.progress();
  return fail(recording_of(work.item), fault_of_given_up(work));
}

RunLoop::Step RunLoop::on(const WorkerRetired& event) {
  ready_slots_.erase(event.slot);
  planner_.worker_died(event.slot);
  dispatcher_.worker_left(event.slot);
  care_.gone(event.slot);
  latency_.gone(event.slot);
  return std::nullopt;
}

RunLoop::Step RunLoop::on(const Interrupted& event) {
  const Ending ending{exit_code_of_signal(event.signal), std::nullopt};
  if (interrupted_) return ending;
  interrupted_ = true;
  const char* name = event.signal == SIGTERM ? "SIGTERM" : "SIGINT";
  stop_in_order(ending, fmt::format("{} (once more to stop at once)", name));
  return std::nullopt;
}

RunLoop::Step RunLoop::on(const PoolBroken& event) { return Ending{kExitCannotGoOn, event.error}; }

RunLoop::Step RunLoop::fail(const Recording& recording, const RecordingFault& fault) {
  drop(recording.position);
  const Status failed = recordings_.fail(recording.position, fault);
  note_end(recording.position);
  return failed ? Step() : Ending{kExitCannotGoOn, failed.error()};
}

void RunLoop::drop(std::int64_t position) {
  dispatcher_.drop_recording(position);
  planner_.drop(position);
}

void RunLoop::note_end(std::int64_t position) {
  if (!recordings_.is_open(position)) latency_.ended(position, parts_.clock.now());
}

RunLoop::Step RunLoop::housekeeping() {
  parts_.tracer.enter(LoopStage::kWatch);
  parts_.tracer.tick([this] { return load(); });
  const TimePoint now = parts_.clock.now();
  const RunSnapshot stand = snapshot();
  parts_.observer.tick(stand);
  care_.tick(now);
  heed_limits(stand, now);
  if (now - last_flush_ < kFlushInterval) return std::nullopt;
  last_flush_ = now;
  parts_.tracer.enter(LoopStage::kWrite);
  const Status flushed = recordings_.flush();
  return flushed ? Step() : Ending{kExitCannotGoOn, flushed.error()};
}

void RunLoop::heed_limits(const RunSnapshot& snapshot, TimePoint now) {
  if (stopping_ || over()) return;
  const auto limit = limit_reached(limits_, snapshot, now);
  if (limit) stop_in_order({limit->exit_code, limit->error}, limit->why);
}

void RunLoop::stop_in_order(Ending ending, const std::string& why) {
  if (!stopping_) stopping_ = std::move(ending);
  parts_.observer.stopping(why);
}

RunSnapshot RunLoop::snapshot() const {
  RunSnapshot snapshot = recordings_.snapshot();
  snapshot.workers_ready = static_cast<int>(ready_slots_.size());
  return snapshot;
}

RunLoad RunLoop::load() const {
  RunLoad load = recordings_.load();
  load.tasks_in_flight = dispatcher_.in_flight();
  load.free_credits = dispatcher_.capacity();
  return load;
}

}  // namespace rookery
