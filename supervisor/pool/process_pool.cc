#include "supervisor/pool/process_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "shm/sealed_memory.h"
#include "supervisor/worker_death.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

// Workers finish what they hold; past this they are killed.
constexpr milliseconds kStopPatience{30'000};
constexpr milliseconds kQuitPatience{2'000};
constexpr milliseconds kStopTurn{50};

Error weaker_sandbox(SlotId slot) {
  return {"sandbox",
          fmt::format("worker {} has another sandbox than the fork server found to be had", slot),
          "run again; if it stays so, set sandbox: off"};
}

int milliseconds_until(TimePoint deadline, TimePoint now) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - now).count();
  return static_cast<int>(std::max<std::int64_t>(0, left));
}

}  // namespace

Result<std::unique_ptr<ProcessPool>> ProcessPool::open(ProcessPoolSettings settings,
                                                       SignalSource& signals, const Clock& clock) {
  auto channel = SupervisorChannel::open();
  if (!channel) return channel.error();
  auto beacon = Beacon::create(static_cast<int>(settings.cores.size()));
  if (!beacon) return beacon.error();
  return std::unique_ptr<ProcessPool>(new ProcessPool(
      std::move(settings), signals, clock, std::move(channel).value(), std::move(beacon).value()));
}

ProcessPool::ProcessPool(ProcessPoolSettings settings, SignalSource& signals, const Clock& clock,
                         SupervisorChannel channel, Beacon beacon)
    : settings_(std::move(settings)),
      signals_(signals),
      clock_(clock),
      channel_(std::move(channel)),
      beacon_(std::move(beacon)),
      hosts_(settings_.worker.engine, settings_.cores, settings_.timeouts) {}

ProcessPool::~ProcessPool() { stop(true); }

// ---- start
// -------------------------------------------------------------------------------------------

Result<ServerReady> ProcessPool::start() {
  const Status started = start_server();
  if (!started) return started.error();
  // Two steps with limits of their own: a model that loads slowly is not taken for a dead process.
  const auto alive = await_server(settings_.timeouts.alive, "show a sign of life");
  if (!alive) return alive.error();
  auto ready = await_server(settings_.timeouts.ready, "load the model");
  if (!ready) return ready.error();
  if (const auto* failed = std::get_if<ServerFailed>(&*ready)) return failed->error;
  const auto* facts = std::get_if<ServerReady>(&*ready);
  if (facts == nullptr) {
    return Error{"start", "the fork server answered with another message than it should", ""};
  }
  sandbox_ = facts->sandbox;
  look_after_hosts();
  return *facts;
}

Status ProcessPool::start_server() {
  auto pair = ControlSocket::make_pair();
  if (!pair) return pair.error();
  settings_.worker.control_fd = pair->fork_server.fd();
  settings_.worker.socket_fd = channel_.socket_fd();
  settings_.worker.beacon_fd = beacon_.fd();
  const auto settings = memfd_with("settings", encode(settings_.worker));
  if (!settings) return settings.error();
  ChildOptions options;
  options.program = settings_.worker_program;
  options.arguments = {"--settings-fd", std::to_string(settings->fd()), "--parent",
                       std::to_string(getpid())};
  options.environment = settings_.environment;
  options.inherited_fds = {settings->fd(), settings_.worker.control_fd, settings_.worker.socket_fd,
                           settings_.worker.beacon_fd};
  auto child = ChildProcess::start(options);
  if (!child) return child.error();
  server_ = std::make_unique<ChildProcess>(std::move(child).value());
  control_ = std::make_unique<ControlSocket>(std::move(pair->supervisor));
  return Done{};
}

Result<Message> ProcessPool::await_server(milliseconds patience, const char* what) {
  const TimePoint deadline = clock_.now() + patience;
  while (clock_.now() < deadline) {
    std::array waiting{pollfd{control_->fd(), POLLIN, 0}, pollfd{signals_.fd(), POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), milliseconds_until(deadline, clock_.now()));
    take_signals();
    if (!events_.empty())
      return Error{"interrupted", "a signal came while the model was loaded", ""};
    if ((waiting[0].revents & (POLLIN | POLLHUP)) == 0) continue;
    auto message = control_->receive();
    if (!message) return message.error();
    if (!*message) return server_is_gone();
    return std::move(**message);
  }
  return Error{"start",
               fmt::format("rookery-worker did not {} within {} s", what, patience.count() / 1000),
               "raise alive_timeout_seconds or ready_timeout_seconds if the host is slow"};
}

Error ProcessPool::server_is_gone() {
  const int status = server_->end_within(kQuitPatience);
  return Error{"start",
               "rookery-worker ended while it was starting, by " + describe_wait_status(status),
               "what it printed above says more; `rookery doctor` checks the host"};
}

// ---- work
// --------------------------------------------------------------------------------------------

Status ProcessPool::send(SlotId slot, const WorkItem& item) {
  const Message message = std::visit([](const auto& work) -> Message { return work; }, item);
  return channel_.send(hosts_.identity(slot), message);
}

PoolEvent ProcessPool::wait(milliseconds timeout) {
  const TimePoint deadline = clock_.now() + timeout;
  while (true) {
    take_messages();
    take_control_messages();
    take_signals();
    look_after_hosts();
    if (!events_.empty()) {
      PoolEvent event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (clock_.now() >= deadline) return TimedOut{};
    poll_until(deadline);
  }
}

void ProcessPool::poll_until(TimePoint deadline) {
  // Nobody is started any more while stopping: a slot whose worker has ended is not due.
  const auto next = stopping_ ? std::nullopt : hosts_.next_deadline();
  const TimePoint until = next ? std::min(*next, deadline) : deadline;
  // take_messages() has just emptied the channel, as its edge-triggered descriptor wants.
  take_messages();
  if (!events_.empty()) return;
  const int control_fd = broken_ ? -1 : control_->fd();
  std::array waiting{pollfd{channel_.poll_fd(), POLLIN, 0}, pollfd{control_fd, POLLIN, 0},
                     pollfd{signals_.fd(), POLLIN, 0}};
  ::poll(waiting.data(), waiting.size(), milliseconds_until(until, clock_.now()));
}

void ProcessPool::take_messages() {
  while (auto received = channel_.receive()) {
    if (!hosts_.is_current(received->worker)) continue;
    if (!received->message) {
      events_.emplace_back(PoolBroken{received->message.error()});
      continue;
    }
    take_message(received->worker, *received->message);
  }
}

void ProcessPool::take_message(const WorkerIdentity& worker, const Message& message) {
  const SlotId slot = worker.slot;
  if (std::holds_alternative<Hello>(message)) {
    hosts_.alive(worker, clock_.now());
  } else if (const auto* ready = std::get_if<Ready>(&message)) {
    take_ready(worker, *ready);
  } else if (const auto* probe = std::get_if<ProbeDone>(&message)) {
    events_.emplace_back(ProbeAnswered{slot, *probe});
  } else if (const auto* task = std::get_if<TaskDone>(&message)) {
    events_.emplace_back(TaskAnswered{slot, task->result});
  } else if (const auto* failed = std::get_if<WorkFailed>(&message)) {
    events_.emplace_back(WorkRefused{slot, *failed});
  }
}

void ProcessPool::take_ready(const WorkerIdentity& worker, const Ready& ready) {
  if (ready.sandbox != sandbox_) {
    events_.emplace_back(PoolBroken{weaker_sandbox(worker.slot)});
    return;
  }
  hosts_.ready(worker);
  if (hosts_.is_wanted(worker.slot)) {
    events_.emplace_back(WorkerReady{worker.slot});
  } else {
    told_to_stop(hosts_.retire(worker.slot));
  }
}

void ProcessPool::take_control_messages() {
  pollfd waiting{broken_ ? -1 : control_->fd(), POLLIN, 0};
  while (!broken_ && ::poll(&waiting, 1, 0) > 0) {
    const auto message = control_->receive();
    if (!message || !*message) {
      broken_ = true;
      if (!stopping_) {
        const int status = server_->end_within(kQuitPatience);
        events_.emplace_back(PoolBroken{
            {"worker", "the fork server ended by " + describe_wait_status(status), "run again"}});
      }
    } else if (const auto* started = std::get_if<WorkersStarted>(&**message)) {
      hosts_.started(started->pid, started->workers);
    } else if (const auto* ended = std::get_if<WorkersEnded>(&**message)) {
      take_workers_ended(*ended);
    } else if (const auto* failed = std::get_if<ServerFailed>(&**message)) {
      events_.emplace_back(PoolBroken{failed->error});
    }
  }
}

void ProcessPool::take_workers_ended(const WorkersEnded& ended) {
  std::vector<BeaconNote> notes;
  for (const WorkerIdentity& worker : ended.workers) notes.push_back(beacon_.read(worker.slot));
  const auto busy = static_cast<int>(std::ranges::count_if(
      notes, [](const BeaconNote& note) { return note.stage != BeaconStage::kIdle; }));
  const bool retired = ended.wait_status == 0 && hosts_.is_leaving(ended.workers.front().slot);
  const auto slots = hosts_.ended(ended.workers, clock_.now());
  for (std::size_t index = 0; index < slots.size(); ++index) {
    beacon_.clear(slots[index]);
    if (retired) {
      events_.emplace_back(WorkerRetired{slots[index]});
    } else {
      events_.emplace_back(WorkerDied{.slot = slots[index],
                                      .wait_status = ended.wait_status,
                                      .last_note = notes[index],
                                      .busy_in_process = busy,
                                      .with_previous = index > 0});
    }
  }
  if (!hosts_.hopeless() || stopping_) return;
  events_.emplace_back(PoolBroken{
      {"worker",
       fmt::format("workers keep dying before they are ready, the last by {}, {}",
                   describe_wait_status(ended.wait_status), describe_note(notes.front())),
       "`rookery doctor` checks the host; fewer workers need less memory"}});
}

void ProcessPool::take_signals() {
  while (const auto signal = signals_.take()) {
    if (*signal != SIGCHLD) events_.emplace_back(Interrupted{*signal});
  }
}

void ProcessPool::look_after_hosts() {
  if (stopping_ || broken_) return;
  for (const StartWorkers& start : hosts_.due(clock_.now())) {
    const Status sent = control_->send(start);
    if (!sent) events_.emplace_back(PoolBroken{sent.error()});
  }
  for (const std::int64_t pid : hosts_.overdue(clock_.now())) {
    ::kill(static_cast<pid_t>(pid), SIGKILL);
  }
}

// ---- fewer workers, or others
// --------------------------------------------------------------------------------------------

void ProcessPool::kill(SlotId slot) {
  const std::int64_t pid = hosts_.pid_of(slot);
  if (pid > 0) ::kill(static_cast<pid_t>(pid), SIGKILL);
}

std::vector<SlotId> ProcessPool::set_worker_count(int count) {
  return told_to_stop(hosts_.set_wanted(std::max(1, count)));
}

std::vector<SlotId> ProcessPool::told_to_stop(std::vector<SlotId> slots) {
  for (const SlotId slot : slots) tell_to_stop(slot);
  return slots;
}

// ---- stop
// --------------------------------------------------------------------------------------------

void ProcessPool::stop(bool at_once) {
  if (!server_ || stopping_) return;
  stopping_ = true;
  if (!at_once && !broken_ && control_->send(Quit{})) {
    events_.clear();
    for (SlotId slot = 0; slot < slot_count(); ++slot) tell_to_stop(slot);
    const TimePoint deadline = clock_.now() + kStopPatience;
    while (!server_->poll() && clock_.now() < deadline && await_workers_ends()) {
    }
  }
  control_.reset();  // the fork server ends its workers and itself when it sees this
  server_->end_within(kQuitPatience);
}

void ProcessPool::tell_to_stop(SlotId slot) {
  // One that is not connected yet is told when it says that it is ready.
  (void)channel_.send(hosts_.identity(slot), Stop{}).ok();
}

bool ProcessPool::await_workers_ends() {
  take_control_messages();
  poll_until(clock_.now() + kStopTurn);
  take_signals();
  bool patient = true;
  for (const PoolEvent& event : events_) {
    if (const auto* ready = std::get_if<WorkerReady>(&event)) tell_to_stop(ready->slot);
    if (std::holds_alternative<Interrupted>(event)) patient = false;
  }
  events_.clear();
  return patient;
}

}  // namespace rookery
