#include "supervisor/pool/worker_hosts.h"

#include <algorithm>

namespace rookery {
namespace {

constexpr int kMaxFailedStarts = 5;
constexpr std::chrono::milliseconds kFirstDelay{100};
constexpr int kMaxDoublings = 9;  // 51 s

void keep_earlier(std::optional<TimePoint>& earliest, std::optional<TimePoint> time) {
  if (time && (!earliest || *time < *earliest)) earliest = time;
}

}  // namespace

WorkerHosts::WorkerHosts(EngineKind engine, const std::vector<CoreSet>& cores,
                         HostTimeouts timeouts)
    : timeouts_(timeouts) {
  if (engine == EngineKind::kThreads) hosts_.emplace_back();
  for (const CoreSet& set : cores) {
    const auto id = static_cast<SlotId>(slots_.size());
    slots_.emplace_back().cores = set;
    if (engine == EngineKind::kProcesses) hosts_.emplace_back();
    hosts_.back().slots.push_back(id);
  }
  wanted_ = slot_count();
}

WorkerIdentity WorkerHosts::identity(SlotId id) const { return {id, slot(id).incarnation}; }

bool WorkerHosts::is_current(const WorkerIdentity& worker) const {
  return worker.slot >= 0 && worker.slot < slot_count() &&
         slot(worker.slot).incarnation == worker.incarnation;
}

std::vector<StartWorkers> WorkerHosts::due(TimePoint now) {
  std::vector<StartWorkers> starts;
  for (Host& host : hosts_) {
    if (host.asked || !is_wanted(host) || host.start_at > now) continue;
    host.asked = true;
    StartWorkers start;
    for (const SlotId id : host.slots) {
      slot(id).phase = Phase::kAsked;
      slot(id).since = now;
      start.slots.push_back({identity(id), slot(id).cores});
    }
    starts.push_back(std::move(start));
  }
  return starts;
}

std::size_t WorkerHosts::host_index(SlotId id) const {
  return hosts_.size() == slots_.size() ? static_cast<std::size_t>(id) : 0;
}

WorkerHosts::Host* WorkerHosts::host_of(const std::vector<WorkerIdentity>& workers) {
  if (workers.empty() || !is_current(workers.front())) return nullptr;
  return &hosts_.at(host_index(workers.front().slot));
}

std::pair<std::int64_t, int> WorkerHosts::process_of(SlotId id) const {
  const Host& host = hosts_.at(host_index(id));
  return {host.pid, static_cast<int>(host.slots.size())};
}

std::int64_t WorkerHosts::to_kill(SlotId id, TimePoint now) {
  Host& host = hosts_.at(host_index(id));
  if (host.pid > 0 && !host.killed_at) host.killed_at = now;
  return host.pid;
}

bool WorkerHosts::all_ready(const Host& host) const {
  return std::ranges::all_of(host.slots,
                             [this](SlotId id) { return slot(id).phase == Phase::kReady; });
}

std::vector<SlotId> WorkerHosts::retire(Host& host) {
  if (host.retiring || !all_ready(host)) return {};
  host.retiring = true;
  return host.slots;
}

std::vector<SlotId> WorkerHosts::retire(SlotId id) { return retire(hosts_.at(host_index(id))); }

std::vector<SlotId> WorkerHosts::set_wanted(int count) {
  wanted_ = count;
  std::vector<SlotId> leaving;
  for (Host& host : hosts_) {
    if (is_wanted(host)) continue;
    const std::vector<SlotId> slots = retire(host);
    leaving.insert(leaving.end(), slots.begin(), slots.end());
  }
  return leaving;
}

void WorkerHosts::started(std::int64_t pid, const std::vector<WorkerIdentity>& workers) {
  if (Host* host = host_of(workers)) host->pid = pid;
}

void WorkerHosts::alive(const WorkerIdentity& worker, TimePoint now) {
  if (!is_current(worker) || slot(worker.slot).phase != Phase::kAsked) return;
  slot(worker.slot).phase = Phase::kAlive;
  slot(worker.slot).since = now;
}

std::vector<SlotId> WorkerHosts::ready(const WorkerIdentity& worker) {
  if (!is_current(worker)) return {};
  slot(worker.slot).phase = Phase::kReady;
  Host& host = *host_of({worker});
  if (!all_ready(host)) return {};
  host.failed_starts = 0;
  return host.slots;
}

std::vector<SlotId> WorkerHosts::ended(const std::vector<WorkerIdentity>& workers, TimePoint now) {
  Host* host = host_of(workers);
  if (host == nullptr) return {};
  const bool came_up = all_ready(*host);
  clear(*host, now);
  if (!came_up) {
    host->start_at += kFirstDelay * (1 << std::min(host->failed_starts, kMaxDoublings));
    ++host->failed_starts;
  }
  return host->slots;
}

std::vector<SlotId> WorkerHosts::all_ended(TimePoint now) {
  std::vector<SlotId> gone;
  for (Host& host : hosts_) {
    if (!host.asked) continue;
    gone.insert(gone.end(), host.slots.begin(), host.slots.end());
    clear(host, now);
  }
  return gone;
}

void WorkerHosts::clear(Host& host, TimePoint now) {
  for (const SlotId id : host.slots) {
    ++slot(id).incarnation;
    slot(id).phase = Phase::kDown;
  }
  host.start_at = now;
  host.asked = false;
  host.killed_at.reset();
  host.retiring = false;
  host.pid = -1;
}

std::optional<TimePoint> WorkerHosts::deadline_of(const Slot& one) const {
  if (one.phase == Phase::kAsked) return one.since + timeouts_.alive;
  if (one.phase == Phase::kAlive) return one.since + timeouts_.ready;
  return std::nullopt;
}

bool WorkerHosts::is_late(const Host& host, TimePoint now) const {
  return std::ranges::any_of(host.slots, [&](SlotId id) {
    const auto deadline = deadline_of(slot(id));
    return deadline && *deadline <= now;
  });
}

std::vector<std::int64_t> WorkerHosts::overdue(TimePoint now) {
  std::vector<std::int64_t> pids;
  for (Host& host : hosts_) {
    if (!is_late(host, now) || host.killed_at || host.pid < 0) continue;
    host.killed_at = now;
    pids.push_back(host.pid);
  }
  return pids;
}

bool WorkerHosts::server_is_stuck(TimePoint now) const {
  return std::ranges::any_of(hosts_, [&](const Host& host) {
    if (host.killed_at) return *host.killed_at + timeouts_.alive <= now;
    return host.pid < 0 && is_late(host, now);
  });
}

bool WorkerHosts::hopeless() const {
  return std::ranges::all_of(hosts_, [this](const Host& host) {
    return !is_wanted(host) || host.failed_starts >= kMaxFailedStarts;
  });
}

std::optional<TimePoint> WorkerHosts::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const Host& host : hosts_) {
    if (!host.asked && is_wanted(host)) keep_earlier(earliest, host.start_at);
    if (host.killed_at) {
      keep_earlier(earliest, *host.killed_at + timeouts_.alive);
      continue;
    }
    for (const SlotId id : host.slots) keep_earlier(earliest, deadline_of(slot(id)));
  }
  return earliest;
}

}  // namespace rookery
