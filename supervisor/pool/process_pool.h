// The real pool: a fork server, the workers it hosts, and the sockets to all of them. Serves both
// engines; the one difference is how many slots a process hosts. A fork server that dies is
// replaced.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/core_set.h"
#include "supervisor/clock.h"
#include "supervisor/pool/hosted_workers.h"
#include "supervisor/pool/server_process.h"
#include "supervisor/pool/server_start.h"
#include "supervisor/pool/signal_source.h"
#include "supervisor/pool/worker_pool.h"
#include "supervisor/trace/run_tracer.h"

namespace rookery {

struct ProcessPoolSettings {
  std::string worker_program;
  WorkerSettings worker;       // the pool fills in the descriptors
  std::vector<CoreSet> cores;  // one a slot
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
  int slot_count() const override { return workers_.slot_count(); }
  Status send(SlotId slot, const WorkItem& item) override { return workers_.send(slot, item); }
  PoolEvent wait(std::chrono::milliseconds timeout) override;
  std::int64_t private_bytes(SlotId slot) override { return workers_.private_bytes(slot); }
  void kill(SlotId slot) override { workers_.kill(slot, clock_.now()); }
  std::vector<SlotId> retire(SlotId slot) override { return workers_.retire(slot); }
  std::vector<SlotId> set_worker_count(int count) override {
    return workers_.set_worker_count(count);
  }
  void stop(bool at_once) override;

  // The fork server's process, root of the worker tree; −1 when there is none.
  pid_t server_pid() const { return server_ ? server_->pid() : -1; }
  // The tracer, which outlives the pool, is told when it waits and when it reads.
  void trace(RunTracer& tracer) { tracer_ = &tracer; }

 private:
  ProcessPool(ProcessPoolSettings settings, SignalSource& signals, const Clock& clock,
              HostedWorkers workers);

  // Each collects what has come into events_.
  void take_all();
  void take_control_messages();
  void take_control_message(const Message& message);
  void take_signals();

  // Starts a fork server that is due, gives up one that is late, asks a ready one for workers.
  void look_after_server();
  void look_after_workers();
  // Its process is to be ended, or has been; `why` is told if there is to be no other.
  void give_up_server(const Error& why, ServerEnd how = ServerEnd::kFailed);
  void poll_until(TimePoint deadline);
  // One turn of waiting for workers to end; false when a signal says not to wait.
  bool await_workers_ends();

  ServerProgram program_;
  SignalSource& signals_;
  const Clock& clock_;
  HostedWorkers workers_;
  ServerStart server_start_;
  std::optional<ServerProcess> server_;
  PoolEvents events_;
  bool stopping_ = false;
  RunTracer* tracer_ = &RunTracer::none();
};

}  // namespace rookery
