// The real pool: a fork server, the workers it hosts, and the sockets to all of them. Serves both
// engines; the one difference is how many slots a process hosts.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ipc/channel.h"
#include "ipc/control_socket.h"
#include "shm/beacon.h"
#include "supervisor/clock.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/pool/signal_source.h"
#include "supervisor/pool/worker_hosts.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

struct ProcessPoolSettings {
  std::string worker_program;
  WorkerSettings worker;   // the pool fills in the descriptors
  std::vector<int> cores;  // one a slot; −1: not pinned
  std::vector<std::pair<std::string, std::string>> environment;  // of the worker tree
  HostTimeouts timeouts;
};

class ProcessPool final : public WorkerPool {
 public:
  // Opens sockets and the beacon; no process yet. Signals and clock outlive the pool.
  static Result<std::unique_ptr<ProcessPool>> open(ProcessPoolSettings settings,
                                                   SignalSource& signals, const Clock& clock);
  ~ProcessPool() override;

  // An Error of stage "interrupted" means that a signal came first; wait() tells which.
  Result<ServerReady> start() override;
  int slot_count() const override { return hosts_.slot_count(); }
  Status send(SlotId slot, const WorkItem& item) override;
  PoolEvent wait(std::chrono::milliseconds timeout) override;
  void kill(SlotId slot) override;
  std::vector<SlotId> retire(SlotId slot) override { return told_to_stop(hosts_.retire(slot)); }
  std::vector<SlotId> set_worker_count(int count) override;
  void stop(bool at_once) override;

  // The fork server's process, root of the worker tree; −1 before start().
  pid_t server_pid() const { return server_ ? server_->pid() : -1; }

 private:
  ProcessPool(ProcessPoolSettings settings, SignalSource& signals, const Clock& clock,
              SupervisorChannel channel, Beacon beacon);

  Status start_server();
  Result<Message> await_server(std::chrono::milliseconds patience, const char* what);
  Error server_is_gone();

  // Each collects what has come into events_.
  void take_messages();
  void take_message(const WorkerIdentity& worker, const Message& message);
  void take_ready(const WorkerIdentity& worker, const Ready& ready);
  void take_control_messages();
  void take_workers_ended(const WorkersEnded& ended);
  void take_signals();
  void look_after_hosts();
  void poll_until(TimePoint deadline);
  void tell_to_stop(SlotId slot);
  std::vector<SlotId> told_to_stop(std::vector<SlotId> slots);
  // One turn of waiting for workers to end; false when a signal says not to wait.
  bool await_workers_ends();

  ProcessPoolSettings settings_;
  SignalSource& signals_;
  const Clock& clock_;
  SupervisorChannel channel_;
  Beacon beacon_;
  WorkerHosts hosts_;
  std::unique_ptr<ControlSocket> control_;
  std::unique_ptr<ChildProcess> server_;
  std::deque<PoolEvent> events_;
  SandboxState sandbox_;  // that every worker must have
  bool stopping_ = false;
  bool broken_ = false;
};

}  // namespace rookery
