#include "supervisor/survey.h"

#include <utility>
#include <variant>

#include "supervisor/event_waits.h"
#include "supervisor/planner.h"
#include "supervisor/work_size.h"
#include "supervisor/worker_death.h"

namespace rookery {
namespace {

constexpr int kProbesAWorker = 8;
constexpr int kMaxDeaths = 2;

}  // namespace

Survey::Survey(InputSource& inputs, WorkerPool& pool, const Clock& clock,
               std::vector<SegmentGeometry> geometries, double min_deadline_seconds,
               Complaint complain)
    : inputs_(inputs),
      pool_(pool),
      clock_(clock),
      geometries_(std::move(geometries)),
      complain_(std::move(complain)),
      dispatcher_(pool.slot_count(), kProbesAWorker, kMaxDeaths),
      deadlines_(pool.slot_count(), min_deadline_seconds) {
  totals_.segments.resize(geometries_.size());
}

Result<SurveyTotals> Survey::run() {
  while (!inputs_exhausted_ || !dispatcher_.idle()) {
    submit_probes();
    hand_over();
    if (inputs_exhausted_ && dispatcher_.idle()) break;
    kill_late();
    const Status handled = handle(pool_.wait(awaits_input_ ? kInputWait : kLongestWait));
    if (!handled) return handled.error();
  }
  return totals_;
}

void Survey::submit_probes() {
  awaits_input_ = false;
  while (!inputs_exhausted_ && !awaits_input_ && dispatcher_.capacity() > 0) {
    const InputItem item = inputs_.next();
    if (std::holds_alternative<NotYet>(item)) {
      awaits_input_ = true;
    } else if (const auto* recording = std::get_if<Recording>(&item)) {
      dispatcher_.submit(Probe{0, *recording});
    } else if (const auto* fault = std::get_if<InputFault>(&item)) {
      refuse(fault->place, fault->error.reason);
    } else {
      inputs_exhausted_ = true;
    }
  }
}

void Survey::hand_over() {
  if (clock_.now() < deaths_.hand_out_after()) return;
  for (const Assignment& assignment : dispatcher_.assign()) {
    // A worker that cannot be reached is about to be reported dead, which requeues its probes.
    (void)pool_.send(assignment.slot, assignment.item).ok();
    deadlines_.assigned(assignment.slot, size_of(assignment.item, {}));
  }
}

void Survey::kill_late() {
  for (const SlotId slot : deadlines_.tick(clock_.now())) pool_.kill(slot);
}

std::optional<ChargedWork> Survey::settle(SlotId slot, TaskId id) {
  deaths_.progress();
  deadlines_.answered(slot, id);
  return dispatcher_.settle(slot, id);
}

Status Survey::handle(const PoolEvent& event) {
  if (const auto* ready = std::get_if<WorkerReady>(&event)) {
    dispatcher_.worker_ready(ready->slot);
  } else if (const auto* answer = std::get_if<ProbeAnswered>(&event)) {
    const auto item = settle(answer->slot, answer->answer.id);
    if (item) count(recording_of(item->item), answer->answer.properties);
  } else if (const auto* refused = std::get_if<WorkRefused>(&event)) {
    const auto item = settle(refused->slot, refused->failure.id);
    if (item) refuse(recording_of(item->item), to_string(refused->failure.error));
  } else if (const auto* died = std::get_if<WorkerDied>(&event)) {
    return take_death(*died);
  } else if (const auto* broken = std::get_if<PoolBroken>(&event)) {
    return broken->error;
  } else if (std::holds_alternative<Interrupted>(event)) {
    return Error{"interrupted", "a signal came", ""};
  }
  return Done{};
}

Status Survey::take_death(const WorkerDied& died) {
  const WorkDeath death = work_death(died, kind_of_death(died, deadlines_.missed(died.slot)),
                                     !dispatcher_.only_at_work(died.slot));
  deadlines_.gone(died.slot);
  if (!death.charged && !died.with_previous) deaths_.uncharged_death(clock_.now());
  const auto given_up = dispatcher_.worker_died(died.slot, death);
  if (given_up)
    refuse(recording_of(given_up->item), "probing it ended two workers, the last by " + death.how);
  if (deaths_.hopeless()) return killed_from_outside(death);
  return Done{};
}

void Survey::count(const Recording& recording, const RecordingProperties& properties) {
  ++totals_.recordings;
  for (std::size_t i = 0; i < geometries_.size(); ++i) {
    totals_.segments[i] += RecordingPlan(geometries_[i], properties, 1).segment_count();
  }
  totals_.audio_us += samples_to_us(properties.frames, properties.sample_rate);
  if (!properties.missing) return;
  ++totals_.with_gaps;
  complain_(recording, properties.missing->reason);
}

void Survey::refuse(const Recording& recording, const std::string& why) {
  ++totals_.refused;
  complain_(recording, why);
}

}  // namespace rookery
