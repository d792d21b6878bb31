// Work with what it is charged with, and what becomes of the work that a dead worker held: pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "rookery/task.h"
#include "shm/beacon.h"
#include "supervisor/isolation.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

// What gets one answer.
using SingleWork = std::variant<Probe, Task>;

TaskId id_of(const SingleWork& item);
// The recording an item belongs to.
const Recording& recording_of(const SingleWork& item);

// A worker's end, as the work that it held sees it.
struct WorkDeath {
  BeaconNote note;           // names the item that was being worked on
  bool charged = true;       // that item may have been the cause
  bool certain = true;       // no other work can have been
  bool reads_ahead = false;  // the worker reads a task's next batch during one's forward
  bool last_straw = false;   // uncharged, and so were too many before it without progress between
  std::string signal = {};   // "SIGSEGV"; "": none
  std::string how = {};      // in words
};

struct ChargedWork {
  SingleWork item;
  std::optional<SlotId> preferred = std::nullopt;
  bool dropped = false;  // its recording has failed
  std::int64_t mix = 0;  // items side by side with one number are sent together; 0: alone
  // To be run with nothing else in flight, so that it is known whose death it is.
  bool exclusive = false;
  int deaths = 0;            // it is charged with
  int uncharged_deaths = 0;  // it was in hand at
  std::optional<WorkDeath> last_death = std::nullopt;
  std::optional<Isolation> isolation = std::nullopt;  // once it is charged with too many
};

struct Aftermath {
  std::deque<ChargedWork> again;  // in order
  std::optional<ChargedWork> given_up;
};

// From so many uncharged deaths in a row on, without an answer between, a death is the last straw.
inline constexpr int kMaxUnchargedDeaths = 20;

// `held`: in the order in which the worker did them. The item that was being worked on is charged,
// or not; its batch alone if the beacon names it, so that what else it asks for goes on. A task
// that was read ahead in is taken apart instead, and not charged: its pieces are not read ahead in,
// so that the next death says which of them it is. At `max_deaths` a task is isolated (see there),
// a probe given up. At the last straw, work that was itself in hand at kMaxUnchargedDeaths of them
// is given up. A mixed task is taken apart: nobody knows which of its recordings it was.
Aftermath after_death(std::deque<ChargedWork> held, const WorkDeath& death, int max_deaths);

}  // namespace rookery
