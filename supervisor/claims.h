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
// is nobody's, and shares one only when told to; and it claims stretches of several tasks. Where
// models are spread, a stretch is of one model: who claims a stretch of a recording takes the model
// that it did last, and leaves the others' to whoever comes. Pure state; no result depends on it.
// Not thread-safe.
class Claims {
 public:
  using Wanted = std::function<bool(std::int64_t position)>;
  // Cuts the next task of the first open recording, in input order, that is wanted and has one.
  using CutTask = std::function<std::optional<Task>(const Wanted&)>;

  // A stretch has at most `stretch_tasks` tasks (of each model).
  explicit Claims(std::size_t stretch_tasks, bool spread_models = false)
      : stretch_tasks_(stretch_tasks), spread_models_(spread_models) {}

  // The slot's next task: of its stretch; else of one that was left, of the model that it did last;
  // else of a new stretch of its recording; else of one left, whatever the model; else of a new
  // stretch of a recording that is nobody's.
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
    std::optional<SlotId> slot;  // none: left by a worker that died or does another model
    std::int32_t model = 0;      // of all its tasks, where models are spread
    std::deque<Task> tasks;
  };
  using Place = std::list<Stretch>::iterator;

  std::optional<Task> claim(SlotId slot, const CutTask& cut, const Wanted& wanted);
  // Adds tasks of one recording as stretches, and returns the one that is for the slot.
  Place lay_out(SlotId slot, std::deque<Task> tasks);
  std::optional<Task> split_longest(SlotId slot);
  bool keeps_to(SlotId slot, std::int32_t model) const;
  // The first task of the first stretch like that, which is the slot's from now on.
  std::optional<Task> take(SlotId slot, const std::function<bool(const Stretch&)>& like);
  Task take_first(Place stretch);

  std::size_t stretch_tasks_;
  bool spread_models_;
  std::list<Stretch> stretches_;               // a recording's in its order
  std::map<std::int64_t, SlotId> recordings_;  // position, and the slot that goes on with it
  std::map<SlotId, std::int32_t> models_;      // what a slot did last
};

}  // namespace rookery
