// The fork server: loads the model once, starts processes of workers on request, reaps them.
#pragma once

#include <sys/types.h>

#include <map>
#include <vector>

#include "ipc/control_socket.h"
#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/unique_fd.h"
#include "worker/worker_start.h"

namespace rookery {

// Answers the supervisor's messages and tells it of children that end. Ends when told to Quit and
// no child is left, or, killing the children, when the supervisor's end of the socket is closed.
class ForkServer {
 public:
  // `child_events` is a signalfd for SIGCHLD. One thread: the process's main thread.
  ForkServer(ControlSocket& supervisor, UniqueFd child_events, StartProcess start)
      : supervisor_(supervisor), child_events_(std::move(child_events)), start_(std::move(start)) {}

  // Error: a message made no sense. That the supervisor is gone is no error; a process that cannot
  // be started is told as one that ended.
  Status run();

 private:
  Status handle_message();
  Status handle_start(const StartWorkers& request);
  void handle_ended_children();
  void report_ended(pid_t pid, int wait_status);
  void tell(const Message& message);
  void kill_children();

  ControlSocket& supervisor_;
  UniqueFd child_events_;
  StartProcess start_;
  std::map<pid_t, std::vector<WorkerIdentity>> children_;
  bool quitting_ = false;
  bool supervisor_gone_ = false;
};

// A signalfd for SIGCHLD, which is blocked from now on. Error stage "worker".
Result<UniqueFd> watch_children();

// The whole life of a fork server, from ServerAlive on. The process's exit code.
int run_fork_server(const WorkerSettings& settings, int settings_fd);

}  // namespace rookery
