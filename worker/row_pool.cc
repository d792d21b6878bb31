#include "worker/row_pool.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>

namespace rookery {

void RowPool::add(std::span<const BatchRow> rows, const at::Tensor& waveform, StageMeter& meter) {
  if (!waveform_.defined()) {
    waveform_ = at::empty({runner_->batch_size(), waveform.size(1)}, at::kFloat);
  }
  std::int64_t taken = 0;
  while (!rows.empty()) {
    const std::int64_t held = std::ssize(rows_);
    const std::int64_t count = std::min(runner_->batch_size() - held, std::ssize(rows));
    waveform_.narrow(0, held, count).copy_(waveform.narrow(0, taken, count));
    const auto now = rows.first(static_cast<std::size_t>(count));
    rows_.insert(rows_.end(), now.begin(), now.end());
    rows = rows.subspan(now.size());
    taken += count;
    if (held + count == runner_->batch_size()) flush(meter);
  }
}

void RowPool::flush(StageMeter& meter) {
  if (rows_.empty()) return;
  at::Tensor no_state;
  runner_->run(rows_, {waveform_.narrow(0, 0, std::ssize(rows_))}, meter, no_state);
  rows_.clear();
}

}  // namespace rookery
