#include "supervisor/worker_death.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "supervisor/pool/child_process.h"

namespace rookery {
namespace {

// Signals that come from somebody else; all others come of what the process does.
constexpr std::array kSignalsFromOutside = {SIGKILL, SIGTERM, SIGINT,  SIGHUP, SIGQUIT,
                                            SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE};

// The others are about single segments.
bool is_of_a_batch(BeaconStage stage) {
  return stage == BeaconStage::kFrontEnd || stage == BeaconStage::kForward ||
         stage == BeaconStage::kReduce;
}

}  // namespace

DeathKind kind_of_death(const WorkerDied& death, bool missed_deadline) {
  if (death.with_fork_server) return DeathKind::kForkServer;
  if (missed_deadline) return DeathKind::kDeadline;
  if (death.last_note.stage == BeaconStage::kIdle) return DeathKind::kIdle;
  if (death.out_of_memory) return DeathKind::kOutOfMemory;
  if (!WIFSIGNALED(death.wait_status)) return DeathKind::kExit;
  const bool outside = std::ranges::find(kSignalsFromOutside, WTERMSIG(death.wait_status)) !=
                       kSignalsFromOutside.end();
  return outside ? DeathKind::kFromOutside : DeathKind::kCrash;
}

bool is_charged(DeathKind kind) {
  switch (kind) {
    case DeathKind::kCrash:
    case DeathKind::kExit:
    case DeathKind::kDeadline:
    case DeathKind::kOutOfMemory:
      return true;
    case DeathKind::kFromOutside:
    case DeathKind::kForkServer:
    case DeathKind::kIdle:
      return false;
  }
  return false;
}

WorkDeath work_death(const WorkerDied& death, DeathKind kind, bool others_at_work) {
  // The kernel kills one that has much memory, which need not be the one that asked for more.
  const bool certain =
      death.busy_in_process <= 1 && (kind != DeathKind::kOutOfMemory || !others_at_work);
  return {.note = death.last_note,
          .charged = is_charged(kind),
          .certain = certain || kind == DeathKind::kDeadline,
          .signal = signal_of_death(death, kind),
          .how = describe_death(death, kind)};
}

Error killed_from_outside(const WorkDeath& last) {
  return {"worker",
          fmt::format("{} workers in a row died from outside, the last by {}", kMaxUnchargedDeaths,
                      last.how),
          "find out who kills them, then run again: what is done is kept"};
}

std::string signal_of_death(const WorkerDied& death, DeathKind kind) {
  if (kind == DeathKind::kDeadline || !WIFSIGNALED(death.wait_status)) return "";
  const char* name = sigabbrev_np(WTERMSIG(death.wait_status));
  return name == nullptr ? "" : fmt::format("SIG{}", name);
}

std::string describe_note(const BeaconNote& note) {
  std::string stage = fmt::format("stage {}", to_string(note.stage));
  if (note.segment_index < 0) return stage;
  const char* where = is_of_a_batch(note.stage) ? "the batch from segment" : "segment";
  return fmt::format("{} of {} {}", stage, where, note.segment_index);
}

std::string describe_death(const WorkerDied& death, DeathKind kind) {
  std::string how = describe_wait_status(death.wait_status);
  if (kind == DeathKind::kDeadline) how = "a missed deadline";
  if (kind == DeathKind::kOutOfMemory) how += " for lack of memory";
  if (kind == DeathKind::kForkServer) how = "the death of the fork server";
  return fmt::format("{}, {}", how, describe_note(death.last_note));
}

}  // namespace rookery
