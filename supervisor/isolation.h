// Which segments of a task kill workers: the task is run again with other segments left out each
// time, in the same batches at the same rows, until it lives. Pure state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rookery/task.h"
#include "shm/beacon.h"

namespace rookery {

// The batch that holds a segment; end() if none does.
std::vector<Batch>::const_iterator batch_with(const ModelWork& work, std::int64_t segment);

// A death that names its segment (while it was read, or alone in its batch) leaves that one out.
// Any other says which batch it was: each row by itself is left out, until a run lives; where none
// does, several are guilty: each row by itself is kept, and those that kill are left out together.
class Isolation {
 public:
  explicit Isolation(const Task& task);

  // A worker died of the task as it was last set up; sets it up for the next run. False: nothing is
  // left to try.
  bool died(Task& task, const BeaconNote& note);
  // The run went well. True: its answer counts, and what it left out is a gap. False: the task was
  // set up for another run.
  bool survived(Task& task);

 private:
  enum class Phase { kNamed, kOneLeftOut, kOneKept, kGuilty, kWholeBatch };
  using Segments = std::vector<std::int64_t>;

  bool leave_out_named(std::int64_t segment);
  bool begin_rows(const Batch& batch);
  bool next_row_left_out();
  bool next_row_kept();
  void set_up(Task& task) const;

  Phase phase_ = Phase::kNamed;
  std::vector<Segments> named_;  // by part: left out for good
  std::size_t part_ = 0;         // whose batch is looked at row by row
  Segments rows_;
  std::size_t row_ = 0;  // of rows_, left out or kept in this run
  Segments guilty_;
};

}  // namespace rookery
