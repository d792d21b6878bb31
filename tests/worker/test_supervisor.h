// Drives a real rookery-worker as the supervisor does, one step at a time, with a limit on every
// wait.
#pragma once

#include <sys/types.h>

#include <vector>

#include "ipc/channel.h"
#include "ipc/control_socket.h"
#include "ipc/protocol.h"
#include "shm/beacon.h"
#include "shm/sealed_memory.h"

namespace rookery::testing {

// Becomes readable when the process has ended; opened while it is known to live.
class ProcessWatch {
 public:
  explicit ProcessWatch(pid_t pid);
  // False if it still runs after the limit.
  bool wait_for_end() const;

 private:
  UniqueFd pidfd_;
};

// Waits that exceed a minute throw std::runtime_error.
class TestSupervisor {
 public:
  // Starts the fork server; `settings` without descriptors.
  TestSupervisor(WorkerSettings settings, int slot_count);
  TestSupervisor(const TestSupervisor&) = delete;
  TestSupervisor& operator=(const TestSupervisor&) = delete;
  ~TestSupervisor();

  pid_t server_pid() const { return server_; }
  Beacon& beacon() { return beacon_; }

  // The next message on the control socket; throws unless it is an M.
  template <class M>
  M expect() const {
    return std::get<M>(next_control());
  }
  Message next_control() const;
  void send(const Message& message) const;
  // Closes the control socket, as the supervisor's death would.
  void hang_up();
  // The fork server's exit code, −1 if a signal ended it.
  int wait_for_server();

  // The next message of any worker.
  Received next_answer();
  void send(const WorkerIdentity& worker, const Message& message);

  // Asks for one process that hosts these slots, and waits until all are ready; its id.
  pid_t start(const std::vector<SlotStart>& slots);

 private:
  static pid_t launch(int settings_fd, const std::vector<int>& inherited);

  SupervisorChannel channel_;
  Beacon beacon_;
  ControlSocketPair control_;
  pid_t server_ = -1;
};

}  // namespace rookery::testing
