#include "worker/fork_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "rookery/exit_codes.h"
#include "worker/allocator_purge.h"
#include "worker/openmp_runtime.h"
#include "worker/process_status.h"
#include "worker/sandbox/sandbox.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

Error system_error(const char* call) {
  return {"worker", fmt::format("fork server: {}: {}", call, std::strerror(errno)), ""};
}

std::vector<WorkerIdentity> identities(const std::vector<SlotStart>& slots) {
  std::vector<WorkerIdentity> found;
  found.reserve(slots.size());
  for (const SlotStart& slot : slots) found.push_back(slot.identity);
  return found;
}

// A child of one thread alone may go on after a fork with what its parent has loaded.
StartKind start_in_force(StartKind wanted, std::int32_t threads) {
  return threads == 1 ? wanted : StartKind::kSpawn;
}

Result<PreparedModels> prepare(const WorkerSettings& settings) {
  Status settled = check_openmp_runtime();
  if (settled) settled = set_process_settings(settings.inter_op);
  if (settled) settled = set_thread_settings(1);
  if (!settled) return settled.error();
  Result<PreparedModels> prepared = prepare_models(settings);
  if (!prepared) return prepared;
  purge_allocator();
  Result<std::int32_t> threads = own_thread_count();
  if (!threads) return threads.error();
  prepared->facts.threads = *threads;
  prepared->facts.start = start_in_force(settings.start, *threads);
  return prepared;
}

Status serve(const WorkerSettings& settings, int settings_fd, ControlSocket& supervisor) {
  Status alive = supervisor.send(ServerAlive{::getpid()});
  if (!alive) return alive;
  // While there is little to copy, and before children are watched.
  const Result<SandboxState> sandbox = settings.sandbox ? try_sandbox() : SandboxState{};
  if (!sandbox) return sandbox.error();
  Result<UniqueFd> child_events = watch_children();
  if (!child_events) return child_events.error();
  Result<PreparedModels> prepared = prepare(settings);
  if (!prepared) return prepared.error();
  prepared->facts.sandbox = *sandbox;
  Status ready = supervisor.send(prepared->facts);
  if (!ready) return ready;
  StartProcess start = prepared->facts.start == StartKind::kFork
                           ? fork_starter(settings, *prepared)
                           : spawn_starter(settings_fd, *prepared);
  return ForkServer(supervisor, std::move(*child_events), std::move(start)).run();
}

}  // namespace

Result<UniqueFd> watch_children() {
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  if (::sigprocmask(SIG_BLOCK, &children, nullptr) != 0) return system_error("sigprocmask");
  UniqueFd fd(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return system_error("signalfd");
  return fd;
}

Status ForkServer::run() {
  while (!supervisor_gone_ && !(quitting_ && children_.empty())) {
    std::array<pollfd, 2> events = {
        {{supervisor_.fd(), POLLIN, 0}, {child_events_.get(), POLLIN, 0}}};
    if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) {
      return system_error("poll");
    }
    Status handled = Done{};
    if (events[1].revents != 0) handle_ended_children();
    if (events[0].revents != 0) handled = handle_message();
    if (!handled) {
      kill_children();
      return handled;
    }
  }
  kill_children();
  return Done{};
}

Status ForkServer::handle_message() {
  Result<std::optional<Message>> received = supervisor_.receive();
  if (!received) return received.error();
  if (!received->has_value()) {
    supervisor_gone_ = true;
    return Done{};
  }
  const Message& message = **received;
  if (const auto* request = std::get_if<StartWorkers>(&message)) return handle_start(*request);
  if (std::holds_alternative<Quit>(message)) {
    quitting_ = true;
    return Done{};
  }
  return Error{"worker", fmt::format("a fork server takes no {}", message_name(message)), ""};
}

Status ForkServer::handle_start(const StartWorkers& request) {
  if (quitting_) return Done{};
  if (request.slots.empty()) return Error{"worker", "asked to start no worker", ""};
  Result<pid_t> child = start_(request.slots);
  if (!child) {
    // Told like the end of a process, since the workers there are can go on: one more is asked for
    // again later.
    fmt::print(stderr, "rookery-worker: {}\n", to_string(child.error()));
    tell(WorkersEnded{-1, W_EXITCODE(kExitCannotGoOn, 0), identities(request.slots)});
    return Done{};
  }
  children_[*child] = identities(request.slots);
  tell(WorkersStarted{*child, children_[*child]});
  return Done{};
}

void ForkServer::handle_ended_children() {
  // One signal may stand for several children.
  signalfd_siginfo ignored = {};
  while (::read(child_events_.get(), &ignored, sizeof ignored) > 0) {
  }
  while (true) {
    int wait_status = 0;
    const pid_t pid = ::waitpid(-1, &wait_status, WNOHANG);
    if (pid <= 0) return;
    report_ended(pid, wait_status);
  }
}

void ForkServer::report_ended(pid_t pid, int wait_status) {
  const auto child = children_.find(pid);
  if (child == children_.end()) return;
  const WorkersEnded ended{pid, wait_status, std::move(child->second)};
  children_.erase(child);
  tell(ended);
}

// Whom nothing can be told any more has gone: an orderly end on its side, not an error on ours.
void ForkServer::tell(const Message& message) {
  if (!supervisor_.send(message)) supervisor_gone_ = true;
}

void ForkServer::kill_children() {
  for (const auto& [pid, workers] : children_) ::kill(pid, SIGKILL);
  for (const auto& [pid, workers] : children_) ::waitpid(pid, nullptr, 0);
  children_.clear();
}

int run_fork_server(const WorkerSettings& settings, int settings_fd) {
  // Not for spawned workers to hold: the supervisor's death must close the socket.
  ::fcntl(settings.control_fd, F_SETFD, FD_CLOEXEC);
  ControlSocket supervisor{UniqueFd(settings.control_fd)};
  Status served = serve(settings, settings_fd, supervisor);
  if (served) return kExitDone;
  if (!supervisor.send(ServerFailed{served.error()})) {
    fmt::print(stderr, "rookery-worker: {}\n", to_string(served.error()));
  }
  return kExitCannotGoOn;
}

}  // namespace rookery
