// A fork server's process and the control socket to it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/control_socket.h"
#include "ipc/protocol.h"
#include "rookery/result.h"
#include "supervisor/pool/child_process.h"

namespace rookery {

// What is started: the program, and what it is to be but for the descriptors.
struct ServerProgram {
  std::string path;
  WorkerSettings settings;
  std::vector<std::pair<std::string, std::string>> environment;  // of the worker tree
};

// Ends with its owner. Not thread-safe.
class ServerProcess {
 public:
  // The descriptors are the caller's; the process inherits them.
  static Result<ServerProcess> start(const ServerProgram& program, int socket_fd, int beacon_fd);

  pid_t pid() const { return child_.pid(); }
  // For poll(): readable when receive() would not block.
  int fd() const { return control_ ? control_->fd() : -1; }
  Status send(const Message& message) { return control_->send(message); }
  // The next message if one has come; an Error if the process has hung up or talks nonsense.
  Result<std::optional<Message>> receive();
  // It ends its workers and itself when it sees this.
  void hang_up() { control_.reset(); }

  bool has_ended() { return child_.poll().has_value(); }
  // Waits that long for its end, then kills it; the wait status either way.
  int end_within(std::chrono::milliseconds patience) { return child_.end_within(patience); }

 private:
  ServerProcess(ChildProcess child, ControlSocket control)
      : control_(std::move(control)), child_(std::move(child)) {}

  std::optional<ControlSocket> control_;
  ChildProcess child_;
};

}  // namespace rookery
