#include "supervisor/pool/server_process.h"

#include <poll.h>
#include <unistd.h>

#include "shm/sealed_memory.h"

namespace rookery {

Result<ServerProcess> ServerProcess::start(const ServerProgram& program, int socket_fd,
                                           int beacon_fd) {
  auto pair = ControlSocket::make_pair();
  if (!pair) return pair.error();
  WorkerSettings filled = program.settings;
  filled.control_fd = pair->fork_server.fd();
  filled.socket_fd = socket_fd;
  filled.beacon_fd = beacon_fd;
  const auto settings = memfd_with("settings", encode(filled));
  if (!settings) return settings.error();
  ChildOptions options;
  options.program = program.path;
  options.arguments = {"--settings-fd", std::to_string(settings->fd()), "--parent",
                       std::to_string(getpid())};
  options.environment = program.environment;
  options.inherited_fds = {settings->fd(), filled.control_fd, socket_fd, beacon_fd};
  auto child = ChildProcess::start(options);
  if (!child) return child.error();
  return ServerProcess(std::move(child).value(), std::move(pair->supervisor));
}

Result<std::optional<Message>> ServerProcess::receive() {
  pollfd waiting{fd(), POLLIN, 0};
  if (::poll(&waiting, 1, 0) <= 0) return std::optional<Message>();
  auto message = control_->receive();
  if (message && !*message) return Error{"start", "the fork server has hung up", ""};
  return message;
}

}  // namespace rookery
