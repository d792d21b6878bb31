#include "supervisor/trace/worker_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "shm/beacon.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

// Of messages that were answered and whose spans did not come yet.
constexpr std::size_t kMostMessages = 1'000;

BeaconStage stage_of(const StageSpan& span) { return static_cast<BeaconStage>(span.stage); }

bool is_send(const StageSpan& span) { return stage_of(span) == BeaconStage::kSend; }

bool is_work(const StageSpan& span) {
  return !is_send(span) && stage_of(span) != BeaconStage::kIdle;
}

std::string_view name_of(const StageSpan& span) {
  return stage_of(span) == BeaconStage::kIdle ? "wait" : to_string(stage_of(span));
}

// The spans of each message, the last of which has not been sent.
std::vector<std::span<const StageSpan>> by_message(std::span<const StageSpan> spans) {
  std::vector<std::span<const StageSpan>> parts;
  auto begin = spans.begin();
  for (auto send = std::ranges::find_if(spans, is_send); send != spans.end();
       send = std::find_if(begin, spans.end(), is_send)) {
    parts.emplace_back(begin, std::next(send));
    begin = std::next(send);
  }
  parts.emplace_back(begin, spans.end());
  return parts;
}

std::string name_of_work(std::string_view kind, TaskId id) {
  return fmt::format("{} {}", kind, id);
}

}  // namespace

WorkerTrack::WorkerTrack(TraceEvents& events, SlotId slot)
    : events_(events), track_(track_of(slot)), helper_track_(helper_track_of(slot)) {}

TaskId WorkerTrack::sent(const WorkItem& item, std::int64_t now_ns) {
  Message& message = messages_.emplace_back();
  std::visit([&](const auto& work) { add(message, work); }, item);
  for (const TaskId id : message.open) {
    events_.begin_async(kWorkersProcess, kTaskCategory, message.name, id, now_ns, message.args);
  }
  const TaskId first = message.first;
  if (messages_.size() > kMostMessages) messages_.pop_front();
  return first;
}

void WorkerTrack::add(Message& message, const Probe& probe) {
  message.first = probe.id;
  message.open.insert(probe.id);
  message.name = name_of_work("probe", probe.id);
  message.args.number("task", probe.id).text("recording", encode_key(probe.recording.key));
}

void WorkerTrack::add(Message& message, const Task& task) {
  message.first = task.id;
  message.open.insert(task.id);
  message.name = name_of_work("task", task.id);
  message.args.number("task", task.id).text("recording", encode_key(task.recording.key));
  for (const ModelWork& part : task.parts) {
    if (part.batches.empty()) continue;
    message.args.number("first_segment", part.batches.front().segments.front().index)
        .number("last_segment", part.batches.back().segments.back().index);
    break;
  }
}

void WorkerTrack::add(Message& message, const MixedTask& mixed) {
  for (const Task& task : mixed.tasks) message.open.insert(task.id);
  message.first = mixed.tasks.front().id;
  message.name = name_of_work("mixed task", message.first);
  message.args.number("task", message.first)
      .number("tasks", std::ssize(mixed.tasks))
      .text("recording", encode_key(mixed.tasks.front().recording.key));
}

const WorkerTrack::Message* WorkerTrack::settle(TaskId id, std::string_view outcome,
                                                std::int64_t now_ns) {
  const auto message =
      std::ranges::find_if(messages_, [id](const Message& one) { return one.open.contains(id); });
  if (message == messages_.end()) return nullptr;
  message->open.erase(id);
  events_.end_async(kWorkersProcess, kTaskCategory, message->name, id, now_ns,
                    TraceArgs().text("outcome", outcome));
  return &*message;
}

void WorkerTrack::refused(TaskId id, std::string_view why, std::int64_t now_ns) {
  settle(id, why, now_ns);
}

void WorkerTrack::answered(const ProbeDone& answer, std::int64_t now_ns) {
  answered(answer.id, answer.spans, answer.probe_us, now_ns);
}

void WorkerTrack::answered(const TaskResult& result, std::int64_t now_ns) {
  const HelperWork& helper = result.helper;
  const Message* message =
      answered(result.id, result.spans, result.times.sum_us() - helper.cpu_us, now_ns);
  draw(helper_track_, helper.spans, message, helper.cpu_us);
}

const WorkerTrack::Message* WorkerTrack::answered(TaskId id, std::span<const StageSpan> spans,
                                                  std::int64_t cpu_us, std::int64_t now_ns) {
  const Message* answered = settle(id, "done", now_ns);
  if (answered == nullptr || spans.empty()) return nullptr;
  const auto parts = by_message(spans);
  const auto last =
      std::ranges::find_if(messages_, [answered](const Message& one) { return &one == answered; });
  std::ptrdiff_t index = (last - messages_.begin()) - (std::ssize(parts) - 1);
  for (const auto& part : parts) {
    const Message* owner = index < 0 ? nullptr : &messages_[static_cast<std::size_t>(index)];
    draw(track_, part, owner, owner == answered ? cpu_us : 0);
    ++index;
  }
  messages_.erase(messages_.begin(), last);
  return &messages_.front();
}

void WorkerTrack::draw(const Track& track, std::span<const StageSpan> spans, const Message* message,
                       std::int64_t cpu_us) {
  const auto first = std::ranges::find_if(spans, is_work);
  if (message != nullptr && first != spans.end()) {
    const auto last = std::find_if(spans.rbegin(), spans.rend(), is_work);
    TraceArgs args = message->args;
    if (cpu_us > 0) args.number("cpu_us", cpu_us);
    events_.slice(track, kTaskCategory, message->name, first->begin_ns, last->end_ns, args);
  }
  TraceArgs task;
  if (message != nullptr) task.number("task", message->first);
  for (const StageSpan& span : spans) {
    events_.slice(track, kStageCategory, name_of(span), span.begin_ns, span.end_ns, task);
  }
}

void WorkerTrack::gone(std::string_view how, std::int64_t now_ns) {
  for (const Message& message : messages_) {
    for (const TaskId id : message.open) {
      events_.end_async(kWorkersProcess, kTaskCategory, message.name, id, now_ns,
                        TraceArgs().text("outcome", how));
    }
  }
  messages_.clear();
  events_.instant(track_, kTaskCategory, how, now_ns);
}

void WorkerTrack::ready(std::int64_t now_ns) {
  events_.instant(track_, kTaskCategory, "ready", now_ns);
}

}  // namespace rookery
