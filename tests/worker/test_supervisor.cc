#include "tests/worker/test_supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>

namespace rookery::testing {
namespace {

constexpr int kLimitMs = 60'000;

void wait_readable(int fd, const char* what) {
  pollfd event = {fd, POLLIN, 0};
  if (::poll(&event, 1, kLimitMs) <= 0) throw std::runtime_error(std::string("no ") + what);
}

}  // namespace

ProcessWatch::ProcessWatch(pid_t pid)
    : pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
  if (!pidfd_) throw std::runtime_error("no process " + std::to_string(pid));
}

bool ProcessWatch::wait_for_end() const {
  pollfd event = {pidfd_.get(), POLLIN, 0};
  return ::poll(&event, 1, kLimitMs) == 1;
}

TestSupervisor::TestSupervisor(WorkerSettings settings, int slot_count)
    : channel_(SupervisorChannel::open().value()),
      beacon_(Beacon::create(slot_count).value()),
      control_(ControlSocket::make_pair().value()) {
  settings.control_fd = control_.fork_server.fd();
  settings.socket_fd = channel_.socket_fd();
  settings.beacon_fd = beacon_.fd();
  settings.readable = {"/"};  // tests have recordings in folders of their own
  const SealedMemory memory = memfd_with("settings", encode(settings)).value();
  server_ = launch(memory.fd(),
                   {memory.fd(), settings.control_fd, settings.socket_fd, settings.beacon_fd});
  control_.fork_server = ControlSocket(UniqueFd());
}

TestSupervisor::~TestSupervisor() {
  if (server_ < 0) return;
  ::kill(server_, SIGKILL);
  ::waitpid(server_, nullptr, 0);
}

pid_t TestSupervisor::launch(int settings_fd, const std::vector<int>& inherited) {
  std::string program = ROOKERY_BIN_DIR "/rookery-worker";
  std::string fd = std::to_string(settings_fd);
  std::string parent = std::to_string(::getpid());
  std::string fd_option = "--settings-fd";
  std::string parent_option = "--parent";
  std::array<char*, 6> arguments{program.data(),       fd_option.data(), fd.data(),
                                 parent_option.data(), parent.data(),    nullptr};
  const pid_t child = ::fork();
  if (child != 0) return child;
  for (const int kept : inherited) ::fcntl(kept, F_SETFD, 0);
  ::execv(program.c_str(), arguments.data());
  ::_exit(127);
}

Message TestSupervisor::next_control() const {
  wait_readable(control_.supervisor.fd(), "message from the fork server");
  Result<std::optional<Message>> message = control_.supervisor.receive();
  if (!message) throw std::runtime_error(to_string(message.error()));
  if (!message->has_value()) throw std::runtime_error("the fork server is gone");
  if (const auto* failed = std::get_if<ServerFailed>(&**message)) {
    throw std::runtime_error(to_string(failed->error));
  }
  return **message;
}

void TestSupervisor::send(const Message& message) const {
  Status sent = control_.supervisor.send(message);
  if (!sent) throw std::runtime_error(to_string(sent.error()));
}

void TestSupervisor::hang_up() { control_.supervisor = ControlSocket(UniqueFd()); }

int TestSupervisor::wait_for_server() {
  if (!ProcessWatch(server_).wait_for_end()) throw std::runtime_error("the fork server stays");
  int status = 0;
  ::waitpid(std::exchange(server_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Received TestSupervisor::next_answer() {
  while (true) {
    std::optional<Received> received = channel_.receive();
    if (received) return *std::move(received);
    wait_readable(channel_.poll_fd(), "answer from a worker");
  }
}

void TestSupervisor::send(const WorkerIdentity& worker, const Message& message) {
  Status sent = channel_.send(worker, message);
  if (!sent) throw std::runtime_error(to_string(sent.error()));
}

pid_t TestSupervisor::start(const std::vector<SlotStart>& slots) {
  send(StartWorkers{slots});
  const auto started = expect<WorkersStarted>();
  std::size_t hellos = 0;
  for (std::size_t ready = 0; ready < slots.size();) {
    const Message message = next_answer().message.value();
    hellos += std::holds_alternative<Hello>(message) ? 1u : 0u;
    ready += std::holds_alternative<Ready>(message) ? 1u : 0u;
  }
  if (hellos != slots.size()) throw std::runtime_error("Ready without Hello");
  return static_cast<pid_t>(started.pid);
}

}  // namespace rookery::testing
