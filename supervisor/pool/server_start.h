// How the fork server comes up, and up again after it has died: when a process is to be started,
// what it must say in which time, and when to give up. Pure state, time given from outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "supervisor/clock.h"
#include "supervisor/pool/worker_hosts.h"

namespace rookery {

// kKilled: by a signal that a process sends (SIGKILL, SIGTERM), so that it may not be its own
// fault.
enum class ServerEnd { kFailed, kKilled };

class ServerStart {
 public:
  explicit ServerStart(HostTimeouts timeouts) : timeouts_(timeouts) {}

  // Whether a process is to be started now.
  bool due(TimePoint now) const;
  void started(TimePoint now);
  // A message of a process that is starting: first ServerAlive, then ServerReady. An Error if it is
  // to be ended: it failed, talks nonsense, or found another model than the first one did.
  Status take(const Message& message, TimePoint now);
  // An Error if it is to be ended since it has not said in time what it should.
  Status check_time(TimePoint now) const;
  // It is gone. The next one is due at once if this one had been ready, else after a delay that
  // doubles, up to ten seconds.
  void ended(TimePoint now, ServerEnd how = ServerEnd::kFailed);

  bool is_ready() const { return phase_ == Phase::kReady; }
  // No other will be started: the first one failed, five in a row did, or one was ready with
  // another model; or so many in a row were killed before they were ready: 20, or 5 if none ever
  // was, since it may be loading that they are killed for.
  bool hopeless() const;
  // The earliest time at which due() or check_time() may have something new.
  std::optional<TimePoint> next_deadline() const;
  // What the first one found; the later ones found the same.
  const std::optional<ServerReady>& facts() const { return facts_; }

 private:
  enum class Phase { kDown, kStarted, kAlive, kReady };

  Status take_facts(const ServerReady& found);

  HostTimeouts timeouts_;
  Phase phase_ = Phase::kDown;
  TimePoint since_;
  TimePoint start_at_;
  int failed_starts_ = 0;
  int killed_starts_ = 0;
  bool differs_ = false;
  std::optional<ServerReady> facts_;
};

}  // namespace rookery
