// The workers of a fork server: their socket, beacon and slots. What they say and how they end,
// whoever hosts them, as events.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "ipc/channel.h"
#include "rookery/core_set.h"
#include "shm/beacon.h"
#include "supervisor/clock.h"
#include "supervisor/host/oom_kills.h"
#include "supervisor/pool/worker_hosts.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

using PoolEvents = std::deque<PoolEvent>;

// Not thread-safe.
class HostedWorkers {
 public:
  // Opens socket and beacon for one slot a set of cores; see WorkerHosts. `files`: where the kernel
  // counts whom it kills for memory.
  static Result<HostedWorkers> open(EngineKind engine, const std::vector<CoreSet>& cores,
                                    HostTimeouts timeouts, const HostFiles& files = {});

  int slot_count() const { return hosts_.slot_count(); }
  int socket_fd() const { return channel_.socket_fd(); }
  int beacon_fd() const { return beacon_.fd(); }
  int poll_fd() const { return channel_.poll_fd(); }  // see SupervisorChannel
  std::optional<TimePoint> next_deadline() const { return hosts_.next_deadline(); }

  // The sandbox that every worker must have.
  void require(const SandboxState& sandbox) { sandbox_ = sandbox; }
  // What a fork server is to be asked for now.
  std::vector<StartWorkers> due(TimePoint now) { return hosts_.due(now); }
  void started(const WorkersStarted& started);
  // Kills processes whose workers have not come up in time.
  void kill_overdue(TimePoint now);
  // Whether the fork server no longer does what it is asked for.
  bool server_is_stuck(TimePoint now) const { return hosts_.server_is_stuck(now); }

  Status send(SlotId slot, const WorkItem& item);
  void take_messages(TimePoint now, PoolEvents& events);
  void ended(const WorkersEnded& ended, TimePoint now, PoolEvents& events);
  // The fork server is gone, and with it all workers. A new one gets a new beacon: what is left of
  // the old workers for another moment writes to the old one. An Error if none can be had.
  Status server_ended(TimePoint now, PoolEvents& events);

  // As WorkerPool says.
  std::int64_t private_bytes(SlotId slot) const;
  void kill(SlotId slot, TimePoint now);
  std::vector<SlotId> retire(SlotId slot) { return tell_to_stop(hosts_.retire(slot)); }
  std::vector<SlotId> set_worker_count(int count);
  // Tells one to stop that has said that it is ready, or all that have.
  void tell_to_stop(SlotId slot);
  void tell_all_to_stop();

 private:
  HostedWorkers(SupervisorChannel channel, Beacon beacon, WorkerHosts hosts, HostFiles files)
      : channel_(std::move(channel)),
        beacon_(std::move(beacon)),
        hosts_(std::move(hosts)),
        files_(std::move(files)),
        oom_kills_(files_) {}

  void take_message(const WorkerIdentity& worker, const Message& message, TimePoint now,
                    PoolEvents& events);
  void take_ready(const WorkerIdentity& worker, const Ready& ready, PoolEvents& events);
  std::vector<SlotId> tell_to_stop(std::vector<SlotId> slots);

  SupervisorChannel channel_;
  Beacon beacon_;
  WorkerHosts hosts_;
  SandboxState sandbox_;
  HostFiles files_;
  OomKills oom_kills_;
};

}  // namespace rookery
