// Which rests of recordings share a task, and so batches (batch.mix): pure state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "rookery/task.h"

namespace rookery {

// Rests leave in the order in which they came. Rows are counted for a recording's first model (its
// channels together): others, with their own segments, get the batches that result.
class RestPacker {
 public:
  // By model: the rows of its batch where recordings are mixed, else 0.
  explicit RestPacker(std::vector<std::int32_t> batch_rows) : batch_rows_(std::move(batch_rows)) {}

  // True for a rest: it holds less than a full batch.
  bool takes(const Task& task) const;
  void add(Task rest) { rests_.push_back(std::move(rest)); }

  // A task of rows that fill whole batches, or of those for a few batches, so that little of the
  // last one is left empty. nullopt: wait for more.
  std::optional<MixedTask> take_full();
  // A task of at least one batch's rows, or of all there are. Precondition: !empty().
  MixedTask take();
  // Forgets the rest of a recording.
  void drop(std::int64_t position);

  bool empty() const { return rests_.empty(); }
  std::int32_t most_batch_rows() const {
    return batch_rows_.empty() ? 0 : *std::ranges::max_element(batch_rows_);
  }

 private:
  std::int64_t batch_rows_of(const Task& task) const;
  MixedTask take_first(std::size_t count);

  std::vector<std::int32_t> batch_rows_;
  std::deque<Task> rests_;
};

}  // namespace rookery
