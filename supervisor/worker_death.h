// What a worker died of, and whether that counts against the work it had in hand.
#pragma once

#include <string>

#include "shm/beacon.h"
#include "supervisor/charged_work.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

enum class DeathKind {
  kCrash,        // a signal that its own instructions raise: SIGSEGV, SIGABRT, SIGBUS …
  kExit,         // it ended by itself in the middle of work
  kDeadline,     // it did not answer in time and was killed
  kOutOfMemory,  // the kernel killed it for memory
  kFromOutside,  // SIGKILL, SIGTERM or the like from somebody else
  kForkServer,   // the fork server died, and with it all its workers
  kIdle,         // it had nothing in hand
};

// `missed_deadline`: we killed its process since this slot's work had taken too long.
DeathKind kind_of_death(const WorkerDied& death, bool missed_deadline);

// Whether the work may have been the cause.
bool is_charged(DeathKind kind);

// As the work that the worker held sees it. `others_at_work`: other workers had something in hand.
WorkDeath work_death(const WorkerDied& death, DeathKind kind, bool others_at_work);

// Why nothing goes on after too many uncharged deaths (death_ledger).
Error killed_from_outside(const WorkDeath& last);

// "SIGSEGV"; "" if it ended otherwise than by a signal of its own or the kernel's.
std::string signal_of_death(const WorkerDied& death, DeathKind kind);

// "stage decode of segment 7", "stage forward of the batch from segment 0"; "signal 11
// (Segmentation fault), stage …".
std::string describe_note(const BeaconNote& note);
std::string describe_death(const WorkerDied& death, DeathKind kind);

}  // namespace rookery
