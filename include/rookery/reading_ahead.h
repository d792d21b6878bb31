// Which tasks a worker reads ahead in: what worker and supervisor must agree on.
#pragma once

#include <algorithm>
#include <cstddef>

#include "rookery/task.h"

namespace rookery {

inline bool has_batches_of_many(const ModelWork& work) {
  return std::ranges::any_of(work.batches,
                             [](const Batch& batch) { return batch.segments.size() > 1; });
}

inline std::size_t batch_count(const Task& task) {
  std::size_t count = 0;
  for (const ModelWork& work : task.parts) count += work.batches.size();
  return count;
}

// Where a worker reads one batch during another one's forward, its end does not tell which of the
// two it died of. So with decode_ahead a task may be read ahead in only if it can be taken apart
// into tasks that are not: it has several batches, some of more than one row, and leaves nothing
// out. Single batches are not read ahead in, nor are parts of single rows, whose model may carry
// state from one to the next.
inline bool may_be_read_ahead(const Task& task) {
  const auto whole = [](const ModelWork& work) { return work.left_out.empty(); };
  return batch_count(task) > 1 && std::ranges::any_of(task.parts, has_batches_of_many) &&
         std::ranges::all_of(task.parts, whole);
}

}  // namespace rookery
