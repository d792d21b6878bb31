// The processes that host workers, as slots that outlive them: who is to be started when, who is
// late, and when to give up. Pure state, time given from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/core_set.h"
#include "supervisor/clock.h"

namespace rookery {

struct HostTimeouts {
  std::chrono::milliseconds alive{};  // from being asked for to the first sign of life
  std::chrono::milliseconds ready{};  // from then until the model is loaded
};

class WorkerHosts {
 public:
  // One slot a set of cores; one process for each (engine `processes`) or one for all.
  WorkerHosts(EngineKind engine, const std::vector<CoreSet>& cores, HostTimeouts timeouts);

  int slot_count() const { return static_cast<int>(slots_.size()); }
  WorkerIdentity identity(SlotId id) const;
  // Whether this is what its slot runs now; everything else is stale.
  bool is_current(const WorkerIdentity& worker) const;

  // Processes to ask for now. They count as asked for.
  std::vector<StartWorkers> due(TimePoint now);
  void started(std::int64_t pid, const std::vector<WorkerIdentity>& workers);
  void alive(const WorkerIdentity& worker, TimePoint now);
  // Returns the slots of its process once all of them are ready, none before: work in hand of one
  // would be blamed for a process that ends because another does not come up.
  std::vector<SlotId> ready(const WorkerIdentity& worker);
  // The process is gone: returns the slots that went with it, which get a new incarnation and will
  // be due again: at once, or after a delay that doubles if a worker died before it was ready.
  std::vector<SlotId> ended(const std::vector<WorkerIdentity>& workers, TimePoint now);

  // The fork server is gone, and with it all: returns the slots that had a worker, if only one that
  // was not ready yet. Nobody's fault: all are due again at once.
  std::vector<SlotId> all_ended(TimePoint now);

  // The process that hosts a slot, −1 if none is known, and how many slots it hosts.
  std::pair<std::int64_t, int> process_of(SlotId id) const;
  // The process that hosts a slot, which is going to be killed; −1 if none is known.
  std::int64_t to_kill(SlotId id, TimePoint now);
  // Its process is to end in good order: returns the slots whose workers are to be told, none if
  // they are leaving already or not all of them are ready.
  std::vector<SlotId> retire(SlotId id);
  // Slots from `count` on are to have no worker; returns as retire(). A process of several slots is
  // wanted as long as one of them is.
  std::vector<SlotId> set_wanted(int count);
  bool is_wanted(SlotId id) const { return is_wanted(hosts_.at(host_index(id))); }
  bool is_leaving(SlotId id) const { return hosts_.at(host_index(id)).retiring; }

  // Processes with a worker that has not come up in time; each is named once, to be killed.
  std::vector<std::int64_t> overdue(TimePoint now);
  // Whether the fork server has for too long neither started what it was asked for nor told the end
  // of what was killed.
  bool server_is_stuck(TimePoint now) const;
  // Set once every process that is wanted has died too often before its workers were ready.
  bool hopeless() const;
  // The earliest time at which due() or overdue() may have something new.
  std::optional<TimePoint> next_deadline() const;

 private:
  enum class Phase { kDown, kAsked, kAlive, kReady };
  struct Slot {
    std::int32_t incarnation = 0;
    CoreSet cores;
    Phase phase = Phase::kDown;
    TimePoint since;
  };
  struct Host {
    std::vector<SlotId> slots;
    std::int64_t pid = -1;
    bool asked = false;
    std::optional<TimePoint> killed_at;
    bool retiring = false;
    int failed_starts = 0;
    TimePoint start_at;
  };

  Slot& slot(SlotId id) { return slots_.at(static_cast<std::size_t>(id)); }
  const Slot& slot(SlotId id) const { return slots_.at(static_cast<std::size_t>(id)); }
  Host* host_of(const std::vector<WorkerIdentity>& workers);
  std::size_t host_index(SlotId id) const;
  bool is_wanted(const Host& host) const { return host.slots.front() < wanted_; }
  bool all_ready(const Host& host) const;
  std::vector<SlotId> retire(Host& host);
  // Its slots have new incarnations and it can be asked for.
  void clear(Host& host, TimePoint now);
  std::optional<TimePoint> deadline_of(const Slot& one) const;
  bool is_late(const Host& host, TimePoint now) const;

  HostTimeouts timeouts_;
  std::vector<Slot> slots_;
  std::vector<Host> hosts_;
  int wanted_ = 0;  // slots
};

}  // namespace rookery
