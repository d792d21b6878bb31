#include "supervisor/trace/trace_recorder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <utility>
#include <variant>

namespace rookery {
namespace {

using std::chrono::nanoseconds;

constexpr Track kLoopTrack{kSupervisorProcess, 1};
// A shorter stage of the loop is left out, its time going to the next.
constexpr std::int64_t kShortestNs = 1'000;
constexpr std::int64_t kCounterIntervalNs = 20'000'000;
constexpr std::int64_t kMemoryIntervalNs = 1'000'000'000;
// What the file of a run that is killed may lack.
constexpr std::int64_t kFlushIntervalNs = 1'000'000'000;

std::int64_t to_ns(TimePoint time) {
  return std::chrono::duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

std::string name_of_worker(std::size_t slot, const CoreSet& cores) {
  if (cores.empty()) return fmt::format("worker {} (not pinned)", slot);
  return fmt::format("worker {} ({} {})", slot, cores.size() == 1 ? "core" : "cores",
                     fmt::join(cores, ", "));
}

}  // namespace

std::string_view to_string(LoopStage stage) {
  switch (stage) {
    case LoopStage::kStartUp:
      return "start-up";
    case LoopStage::kOpen:
      return "open";
    case LoopStage::kPlan:
      return "plan";
    case LoopStage::kDispatch:
      return "dispatch";
    case LoopStage::kWait:
      return "wait";
    case LoopStage::kReceive:
      return "receive";
    case LoopStage::kMerge:
      return "merge";
    case LoopStage::kHandle:
      return "handle";
    case LoopStage::kWrite:
      return "write";
    case LoopStage::kWatch:
      return "watch";
    case LoopStage::kStop:
      return "stop";
    case LoopStage::kExport:
      return "export";
  }
  return "unknown";
}

TraceRecorder::TraceRecorder(std::unique_ptr<TraceSink> sink, const Clock& clock, TimePoint origin,
                             const TraceFacts& facts)
    : sink_(std::move(sink)),
      clock_(clock),
      events_(*sink_, to_ns(origin)),
      entered_ns_(to_ns(origin)) {
  for (std::size_t slot = 0; slot < facts.cores.size(); ++slot) {
    workers_.emplace_back(events_, static_cast<SlotId>(slot));
  }
  events_.instant(kLoopTrack, kLoopCategory, kTraceName, entered_ns_,
                  TraceArgs()
                      .number("format", kTraceVersion)
                      .text("version", facts.version)
                      .text("engine", facts.engine)
                      .number("workers", std::ssize(facts.cores))
                      .number("unix_us", facts.unix_us));
  name_tracks(facts);
  sink_->flush();  // a run that is killed during its start-up leaves a trace, too
}

void TraceRecorder::name_tracks(const TraceFacts& facts) {
  const auto name = [this](const Track& track, std::string_view what, const std::string& text) {
    events_.metadata(track, what, TraceArgs().text("name", text));
  };
  name({kSupervisorProcess, 0}, "process_name", "supervisor");
  name(kLoopTrack, "thread_name", "loop");
  name({kWorkersProcess, 0}, "process_name", fmt::format("workers, engine {}", facts.engine));
  int row = 0;
  const auto name_row = [&](const Track& track, const std::string& text) {
    name(track, "thread_name", text);
    events_.metadata(track, "thread_sort_index", TraceArgs().number("sort_index", ++row));
  };
  for (std::size_t index = 0; index < facts.cores.size(); ++index) {
    const auto slot = static_cast<SlotId>(index);
    name_row(WorkerTrack::track_of(slot), name_of_worker(index, facts.cores[index]));
    if (!facts.helpers) continue;
    name_row(WorkerTrack::helper_track_of(slot), fmt::format("helper of worker {}", index));
  }
}

std::int64_t TraceRecorder::now_ns() const { return to_ns(clock_.now()); }

void TraceRecorder::enter(LoopStage stage) {
  if (stage == stage_) return;
  const std::int64_t now = now_ns();
  if (now - entered_ns_ >= kShortestNs) leave(now);
  stage_ = stage;
  task_.reset();
}

void TraceRecorder::leave(std::int64_t now_ns) {
  TraceArgs args;
  if (task_) args.number("task", *task_);
  events_.slice(kLoopTrack, kLoopCategory, to_string(stage_), entered_ns_, now_ns, args);
  entered_ns_ = now_ns;
}

void TraceRecorder::sends(const Assignment& assignment) {
  enter(LoopStage::kDispatch);
  task_ = track(assignment.slot).sent(assignment.item, now_ns());
}

void TraceRecorder::handles(const PoolEvent& event) {
  enter(std::holds_alternative<TaskAnswered>(event) ? LoopStage::kMerge : LoopStage::kHandle);
  std::visit([this](const auto& one) { on(one); }, event);
}

void TraceRecorder::on(const WorkerReady& event) { track(event.slot).ready(now_ns()); }

void TraceRecorder::on(const ProbeAnswered& event) {
  track(event.slot).answered(event.answer, now_ns());
}

void TraceRecorder::on(const TaskAnswered& event) {
  task_ = event.result.id;
  track(event.slot).answered(event.result, now_ns());
}

void TraceRecorder::on(const WorkRefused& event) {
  track(event.slot).refused(event.failure.id, event.failure.error.reason, now_ns());
}

void TraceRecorder::on(const WorkerDied& event) { track(event.slot).gone("died", now_ns()); }

void TraceRecorder::on(const WorkerRetired& event) { track(event.slot).gone("retired", now_ns()); }

void TraceRecorder::on(const Interrupted& event) {
  events_.instant(kLoopTrack, kLoopCategory, "interrupted", now_ns(),
                  TraceArgs().number("signal", event.signal));
}

void TraceRecorder::tick(const std::function<RunLoad()>& load) {
  const std::int64_t now = now_ns();
  if (now - counted_ns_ >= kCounterIntervalNs) {
    counted_ns_ = now;
    count(load(), now);
  }
  if (now - flushed_ns_ >= kFlushIntervalNs) {
    flushed_ns_ = now;
    sink_->flush();
  }
}

void TraceRecorder::count(const RunLoad& load, std::int64_t at_ns) {
  if (load == counted_) return;
  counted_ = load;
  const auto counter = [this, at_ns](std::string_view name, const TraceArgs& values) {
    events_.counter(kSupervisorProcess, name, at_ns, values);
  };
  counter("tasks in flight", TraceArgs().number("tasks", load.tasks_in_flight));
  counter("free credits", TraceArgs().number("credits", load.free_credits));
  counter("unreleased segments", TraceArgs().number("segments", load.unreleased_segments));
  counter("held back", TraceArgs().number("bytes", load.held_back_bytes));
  counter(
      "recordings",
      TraceArgs().number("probing", load.recordings_probing).number("open", load.recordings_open));
}

void TraceRecorder::memory(std::int64_t bytes) {
  events_.counter(kSupervisorProcess, "memory", now_ns(), TraceArgs().number("bytes", bytes));
}

void TraceRecorder::tick_memory(const std::function<std::int64_t()>& anonymous_bytes) {
  const std::int64_t now = now_ns();
  if (read_memory_ns_ && now - *read_memory_ns_ < kMemoryIntervalNs) return;
  read_memory_ns_ = now;
  events_.counter(kSupervisorProcess, "anonymous memory", now,
                  TraceArgs().number("bytes", anonymous_bytes()));
}

Status TraceRecorder::end() {
  const std::int64_t now = now_ns();
  leave(now);
  events_.end();
  return sink_->end();
}

}  // namespace rookery
