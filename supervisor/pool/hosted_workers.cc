#include "supervisor/pool/hosted_workers.h"

#include <fmt/format.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "supervisor/host/process_memory.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/worker_death.h"

namespace rookery {
namespace {

Error weaker_sandbox(SlotId slot) {
  return {"sandbox",
          fmt::format("worker {} has another sandbox than the fork server found to be had", slot),
          "run again; if it stays so, set sandbox: off"};
}

Error keep_dying(int wait_status, const BeaconNote& note) {
  return {
      "worker",
      fmt::format("workers keep dying before they are ready, the last by {}, {}",
                  describe_wait_status(wait_status), describe_note(note)),
      "what they printed above says more; `rookery doctor` checks the host, and fewer workers need "
      "less memory and processes"};
}

}  // namespace

Result<HostedWorkers> HostedWorkers::open(EngineKind engine, const std::vector<CoreSet>& cores,
                                          HostTimeouts timeouts, const HostFiles& files) {
  auto channel = SupervisorChannel::open();
  if (!channel) return channel.error();
  auto beacon = Beacon::create(static_cast<int>(cores.size()));
  if (!beacon) return beacon.error();
  return HostedWorkers(std::move(channel).value(), std::move(beacon).value(),
                       WorkerHosts(engine, cores, timeouts), files);
}

void HostedWorkers::started(const WorkersStarted& started) {
  hosts_.started(started.pid, started.workers);
  offer_to_oom_killer(static_cast<pid_t>(started.pid), files_);
}

void HostedWorkers::kill_overdue(TimePoint now) {
  for (const std::int64_t pid : hosts_.overdue(now)) ::kill(static_cast<pid_t>(pid), SIGKILL);
}

Status HostedWorkers::send(SlotId slot, const WorkItem& item) {
  const Message message = std::visit([](const auto& work) -> Message { return work; }, item);
  return channel_.send(hosts_.identity(slot), message);
}

// ---- what they say
// --------------------------------------------------------------------------------------------

void HostedWorkers::take_messages(TimePoint now, PoolEvents& events) {
  oom_kills_.tick(now);
  while (auto received = channel_.receive()) {
    if (!hosts_.is_current(received->worker)) continue;
    if (received->message) {
      take_message(received->worker, *received->message, now, events);
    } else {
      events.emplace_back(PoolBroken{received->message.error()});
    }
  }
}

void HostedWorkers::take_message(const WorkerIdentity& worker, const Message& message,
                                 TimePoint now, PoolEvents& events) {
  const SlotId slot = worker.slot;
  if (std::holds_alternative<Hello>(message)) {
    hosts_.alive(worker, now);
  } else if (const auto* ready = std::get_if<Ready>(&message)) {
    take_ready(worker, *ready, events);
  } else if (const auto* probe = std::get_if<ProbeDone>(&message)) {
    events.emplace_back(ProbeAnswered{slot, *probe});
  } else if (const auto* task = std::get_if<TaskDone>(&message)) {
    events.emplace_back(TaskAnswered{slot, task->result});
  } else if (const auto* failed = std::get_if<WorkFailed>(&message)) {
    events.emplace_back(WorkRefused{slot, *failed});
  }
}

void HostedWorkers::take_ready(const WorkerIdentity& worker, const Ready& ready,
                               PoolEvents& events) {
  if (ready.sandbox != sandbox_) {
    events.emplace_back(PoolBroken{weaker_sandbox(worker.slot)});
    return;
  }
  const std::vector<SlotId> slots = hosts_.ready(worker);
  if (slots.empty()) return;
  if (!hosts_.is_wanted(worker.slot)) {
    (void)retire(worker.slot);
    return;
  }
  for (const SlotId slot : slots) events.emplace_back(WorkerReady{slot});
}

// ---- how they end
// --------------------------------------------------------------------------------------------

void HostedWorkers::ended(const WorkersEnded& ended, TimePoint now, PoolEvents& events) {
  std::vector<std::pair<SlotId, BeaconNote>> notes;
  for (const WorkerIdentity& one : ended.workers) {
    notes.emplace_back(one.slot, beacon_.read(one.slot));
  }
  // The first is told as the death of the process: not one that had nothing to do with it.
  const auto idle = std::ranges::stable_partition(
      notes, [](const auto& note) { return note.second.stage != BeaconStage::kIdle; });
  const auto busy = static_cast<int>(idle.begin() - notes.begin());
  const bool retired = ended.wait_status == 0 && hosts_.is_leaving(ended.workers.front().slot);
  const bool out_of_memory = WIFSIGNALED(ended.wait_status) &&
                             WTERMSIG(ended.wait_status) == SIGKILL &&
                             oom_kills_.explains_death(now);
  if (hosts_.ended(ended.workers, now).empty()) return;
  bool first = true;
  for (const auto& [slot, note] : notes) {
    beacon_.clear(slot);
    if (retired) {
      events.emplace_back(WorkerRetired{slot});
    } else {
      events.emplace_back(WorkerDied{.slot = slot,
                                     .wait_status = ended.wait_status,
                                     .last_note = note,
                                     .out_of_memory = out_of_memory,
                                     .busy_in_process = busy,
                                     .with_previous = !std::exchange(first, false)});
    }
  }
  if (hosts_.hopeless()) {
    events.emplace_back(PoolBroken{keep_dying(ended.wait_status, notes.front().second)});
  }
}

Status HostedWorkers::server_ended(TimePoint now, PoolEvents& events) {
  bool first = true;
  for (const SlotId slot : hosts_.all_ended(now)) {
    events.emplace_back(WorkerDied{.slot = slot,
                                   .wait_status = SIGKILL,
                                   .last_note = beacon_.read(slot),
                                   .with_fork_server = true,
                                   .with_previous = !std::exchange(first, false)});
  }
  auto beacon = Beacon::create(slot_count());
  if (!beacon) return beacon.error();
  beacon_ = std::move(beacon).value();
  return Done{};
}

// ---- fewer of them, or others
// --------------------------------------------------------------------------------------------

std::int64_t HostedWorkers::private_bytes(SlotId slot) const {
  const auto [pid, slots] = hosts_.process_of(slot);
  return pid < 0 ? 0 : anonymous_bytes(static_cast<pid_t>(pid)) / slots;
}

void HostedWorkers::kill(SlotId slot, TimePoint now) {
  const std::int64_t pid = hosts_.to_kill(slot, now);
  if (pid > 0) ::kill(static_cast<pid_t>(pid), SIGKILL);
}

std::vector<SlotId> HostedWorkers::set_worker_count(int count) {
  return tell_to_stop(hosts_.set_wanted(std::max(1, count)));
}

std::vector<SlotId> HostedWorkers::tell_to_stop(std::vector<SlotId> slots) {
  for (const SlotId slot : slots) tell_to_stop(slot);
  return slots;
}

void HostedWorkers::tell_to_stop(SlotId slot) {
  // One that is not connected yet is told when it says that it is ready.
  (void)channel_.send(hosts_.identity(slot), Stop{}).ok();
}

void HostedWorkers::tell_all_to_stop() {
  for (SlotId slot = 0; slot < slot_count(); ++slot) tell_to_stop(slot);
}

}  // namespace rookery
