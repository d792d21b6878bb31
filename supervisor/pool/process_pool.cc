#include "supervisor/pool/process_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace rookery {
namespace {

using std::chrono::milliseconds;

// Workers finish what they hold; past this they are killed.
constexpr milliseconds kStopPatience{30'000};
constexpr milliseconds kQuitPatience{2'000};
// From a fork server's last word to its end.
constexpr milliseconds kEndPatience{100};
constexpr milliseconds kTurn{50};

Error ended_by(int wait_status, bool was_ready) {
  const std::string how = describe_wait_status(wait_status);
  if (was_ready) return {"worker", "the fork server ended by " + how, "run again"};
  return {"start", "rookery-worker ended while it was starting, by " + how,
          "what it printed above says more; `rookery doctor` checks the host"};
}

ServerEnd kind_of_end(int wait_status) {
  const bool killed = WIFSIGNALED(wait_status) &&
                      (WTERMSIG(wait_status) == SIGKILL || WTERMSIG(wait_status) == SIGTERM);
  return killed ? ServerEnd::kKilled : ServerEnd::kFailed;
}

int milliseconds_until(TimePoint deadline, TimePoint now) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - now).count();
  return static_cast<int>(std::max<std::int64_t>(0, left));
}

void keep_earlier(TimePoint& earliest, std::optional<TimePoint> time) {
  if (time) earliest = std::min(earliest, *time);
}

}  // namespace

Result<std::unique_ptr<ProcessPool>> ProcessPool::open(ProcessPoolSettings settings,
                                                       SignalSource& signals, const Clock& clock) {
  auto workers = HostedWorkers::open(settings.worker.engine, settings.cores, settings.timeouts);
  if (!workers) return workers.error();
  return std::unique_ptr<ProcessPool>(
      new ProcessPool(std::move(settings), signals, clock, std::move(workers).value()));
}

ProcessPool::ProcessPool(ProcessPoolSettings settings, SignalSource& signals, const Clock& clock,
                         HostedWorkers workers)
    : program_{std::move(settings.worker_program), std::move(settings.worker),
               std::move(settings.environment)},
      signals_(signals),
      clock_(clock),
      workers_(std::move(workers)),
      server_start_(settings.timeouts) {}

ProcessPool::~ProcessPool() { stop(true); }

Result<ServerReady> ProcessPool::start() {
  look_after_server();
  while (events_.empty() && !server_start_.is_ready()) {
    poll_until(clock_.now() + kTurn);
    take_signals();
    take_control_messages();
    look_after_server();
  }
  if (server_start_.is_ready()) {
    workers_.require(server_start_.facts()->sandbox);
    look_after_workers();
    return *server_start_.facts();
  }
  const auto* broken = std::get_if<PoolBroken>(&events_.front());
  if (broken != nullptr) return broken->error;
  return Error{"interrupted", "a signal came while the model was loaded", ""};
}

PoolEvent ProcessPool::wait(milliseconds timeout) {
  const TimePoint deadline = clock_.now() + timeout;
  tracer_->enter(LoopStage::kReceive);
  while (true) {
    take_all();
    look_after_server();
    look_after_workers();
    if (!events_.empty()) {
      PoolEvent event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (clock_.now() >= deadline) return TimedOut{};
    poll_until(deadline);
    tracer_->enter(LoopStage::kReceive);
  }
}

void ProcessPool::poll_until(TimePoint deadline) {
  // Nobody is started any more while stopping: a slot whose worker has ended is not due.
  if (!stopping_) {
    keep_earlier(deadline, server_start_.next_deadline());
    if (server_start_.is_ready()) keep_earlier(deadline, workers_.next_deadline());
  }
  // This empties the channel, as its edge-triggered descriptor wants.
  workers_.take_messages(clock_.now(), events_);
  if (!events_.empty()) return;
  std::array waiting{pollfd{workers_.poll_fd(), POLLIN, 0},
                     pollfd{server_ ? server_->fd() : -1, POLLIN, 0},
                     pollfd{signals_.fd(), POLLIN, 0}};
  if (!stopping_ && server_start_.is_ready()) tracer_->enter(LoopStage::kWait);
  ::poll(waiting.data(), waiting.size(), milliseconds_until(deadline, clock_.now()));
}

void ProcessPool::take_all() {
  workers_.take_messages(clock_.now(), events_);
  take_control_messages();
  take_signals();
}

void ProcessPool::take_signals() {
  while (const auto signal = signals_.take()) {
    if (*signal != SIGCHLD) events_.emplace_back(Interrupted{*signal});
  }
}

// ---- the fork server
// --------------------------------------------------------------------------------------------

void ProcessPool::take_control_messages() {
  while (server_) {
    const auto message = server_->receive();
    if (!message) {
      const int status = server_->end_within(kEndPatience);
      give_up_server(ended_by(status, server_start_.is_ready()), kind_of_end(status));
    } else if (*message) {
      take_control_message(**message);
    } else {
      return;
    }
  }
}

void ProcessPool::take_control_message(const Message& message) {
  if (!server_start_.is_ready()) {
    const Status taken = server_start_.take(message, clock_.now());
    if (!taken) give_up_server(taken.error());
  } else if (const auto* started = std::get_if<WorkersStarted>(&message)) {
    workers_.started(*started);
  } else if (const auto* ended = std::get_if<WorkersEnded>(&message)) {
    workers_.ended(*ended, clock_.now(), events_);
  } else if (const auto* failed = std::get_if<ServerFailed>(&message)) {
    events_.emplace_back(PoolBroken{failed->error});
  }
}

void ProcessPool::look_after_server() {
  if (stopping_) return;
  const Status in_time = server_start_.check_time(clock_.now());
  if (!in_time) give_up_server(in_time.error());
  if (server_start_.is_ready() && workers_.server_is_stuck(clock_.now())) {
    give_up_server({"worker", "the fork server no longer answers", "run again"});
  }
  if (!server_start_.due(clock_.now())) return;
  server_start_.started(clock_.now());
  auto server = ServerProcess::start(program_, workers_.socket_fd(), workers_.beacon_fd());
  if (server) {
    server_ = std::move(server).value();
  } else {
    give_up_server(server.error());
  }
}

void ProcessPool::give_up_server(const Error& why, ServerEnd how) {
  const TimePoint now = clock_.now();
  server_.reset();
  server_start_.ended(now, how);
  if (stopping_) return;
  const Status readied = workers_.server_ended(now, events_);
  if (!readied) events_.emplace_back(PoolBroken{readied.error()});
  if (server_start_.hopeless()) events_.emplace_back(PoolBroken{why});
}

void ProcessPool::look_after_workers() {
  if (stopping_ || !server_start_.is_ready()) return;
  for (const StartWorkers& start : workers_.due(clock_.now())) {
    // One that cannot be told has hung up, which is seen next.
    (void)server_->send(start).ok();
  }
  workers_.kill_overdue(clock_.now());
}

// ---- stop
// --------------------------------------------------------------------------------------------

void ProcessPool::stop(bool at_once) {
  if (stopping_) return;
  stopping_ = true;
  if (!at_once && server_start_.is_ready() && server_->send(Quit{})) {
    events_.clear();
    workers_.tell_all_to_stop();
    const TimePoint deadline = clock_.now() + kStopPatience;
    while (server_ && !server_->has_ended() && clock_.now() < deadline && await_workers_ends()) {
    }
  }
  if (!server_) return;
  server_->hang_up();
  server_->end_within(kQuitPatience);
}

bool ProcessPool::await_workers_ends() {
  take_control_messages();
  poll_until(clock_.now() + kTurn);
  take_signals();
  bool patient = true;
  for (const PoolEvent& event : events_) {
    if (const auto* ready = std::get_if<WorkerReady>(&event)) workers_.tell_to_stop(ready->slot);
    if (std::holds_alternative<Interrupted>(event)) patient = false;
  }
  events_.clear();
  return patient;
}

}  // namespace rookery
