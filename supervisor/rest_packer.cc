#include "supervisor/rest_packer.h"

#include <iterator>

namespace rookery {
namespace {

// With rows for so many batches a task goes off though its last batch is not full.
constexpr std::int64_t kMostBatches = 4;

std::int64_t rows_of(const Task& rest) {
  const std::int32_t first_model = rest.parts.front().pass.model;
  std::int64_t rows = 0;
  for (const ModelWork& part : rest.parts) {
    if (part.pass.model == first_model) rows += std::ssize(part.batches.front().segments);
  }
  return rows;
}

}  // namespace

std::int64_t RestPacker::batch_rows_of(const Task& task) const {
  return batch_rows_.at(static_cast<std::size_t>(task.parts.front().pass.model));
}

bool RestPacker::takes(const Task& task) const {
  return std::ssize(task.parts.front().batches.front().segments) < batch_rows_of(task);
}

std::optional<MixedTask> RestPacker::take_full() {
  std::int64_t rows = 0;
  for (std::size_t count = 1; count <= rests_.size(); ++count) {
    const std::int64_t batch_rows = batch_rows_of(rests_.front());
    rows += rows_of(rests_[count - 1]);
    if (rows % batch_rows == 0 || rows >= kMostBatches * batch_rows) return take_first(count);
  }
  return std::nullopt;
}

MixedTask RestPacker::take() {
  std::int64_t rows = 0;
  std::size_t count = 0;
  while (count < rests_.size() && rows < batch_rows_of(rests_.front())) {
    rows += rows_of(rests_[count++]);
  }
  return take_first(count);
}

MixedTask RestPacker::take_first(std::size_t count) {
  const auto end = rests_.begin() + static_cast<std::ptrdiff_t>(count);
  MixedTask mixed;
  mixed.tasks.assign(std::make_move_iterator(rests_.begin()), std::make_move_iterator(end));
  rests_.erase(rests_.begin(), end);
  return mixed;
}

void RestPacker::drop(std::int64_t position) {
  std::erase_if(rests_, [=](const Task& rest) { return rest.recording.position == position; });
}

}  // namespace rookery
