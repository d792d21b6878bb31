// Which worker goes on with which recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>

#include "ipc/protocol.h"
#include "rookery/task.h"

namespace rookery {

// A worker keeps the audio it decoded last, so tasks that follow each other in a recording cost
// less on one worker than on two. Hence a slot goes on with its recording, takes another one that
// is nobody's, and shares one only when told to; and it claims stretches of several tasks. Pure
// state; no result depends on it. Not thread-safe.
class Claims {
 public:
  using Wanted = std::function<bool(std::int64_t position)>;
  // Cuts the next task of the first open recording, in input order, that is wanted and has one.
  using CutTask = std::function<std::optional<Task>(const Wanted&)>;

  // A stretch has at most `stretch_tasks` tasks.
  explicit Claims(std::size_t stretch_tasks) : stretch_tasks_(stretch_tasks) {}

  // The slot's next task: of its stretch; else of one that its worker left by dying; else of a new
  // stretch of its recording, or of one that is nobody's.
  std::optional<Task> next(SlotId slot, const CutTask& cut);
  // For a slot that has nothing of its own: from a new stretch of another's recording; when all is
  // claimed, from the later half of the longest stretch.
  std::optional<Task> share(SlotId slot, const CutTask& cut);
  // The task claimed first that was not taken yet, whoever claimed it: claims nothing new, and what
  // results that are held back wait for is in hand when there is none.
  std::optional<Task> earliest();

  // Its stretches and recordings are nobody's from now on.
  void worker_died(SlotId slot);
  // Forgets a recording: it failed or ended.
  void drop_recording(std::int64_t position);

 private:
  // Tasks of one recording in its order, at least one.
  struct Stretch {
    std::optional<SlotId> slot;
    std::deque<Task> tasks;
  };
  using Place = std::list<Stretch>::iterator;

  std::optional<Task> claim(SlotId slot, const CutTask& cut, const Wanted& wanted);
  std::optional<Task> split_longest(SlotId slot);
  Place stretch_of(std::optional<SlotId> slot);
  Task take_first(Place stretch);

  std::size_t stretch_tasks_;
  std::list<Stretch> stretches_;               // a recording's in its order
  std::map<std::int64_t, SlotId> recordings_;  // position, and the slot that goes on with it
};

}  // namespace rookery
