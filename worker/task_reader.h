// The batches of a task, in the order in which its recording plays, read in the worker's thread or
// one batch ahead of it in a helper (`decode_ahead`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/batch_input.h"
#include "worker/batch_reader.h"
#include "worker/helper_thread.h"
#include "worker/model_runner.h"
#include "worker/read_ahead.h"
#include "worker/stage_meter.h"

namespace rookery {

// Not thread-safe: one for each worker. Holds the helper, which is idle between its calls.
class TaskReader {
 public:
  // What is done with the batches.
  struct Consumer {
    // Whether another batch of a part is of use.
    std::function<bool(std::size_t part)> wants;
    std::function<void(std::size_t part, const Batch&, const BatchInput&)> take;
  };

  // `runners`: by the models of tasks' parts; they and `meter`, of the calling thread, outlive it.
  // Throws std::system_error where no thread can be started.
  TaskReader(const WorkerSettings& settings, ChannelChoice channel, ResamplerQuality quality,
             const std::vector<ModelRunner>& runners, StageMeter& meter);

  // Has the helper's front ends give what those of the model's thread give. Once, at first.
  Status settle(std::int32_t intra_op);

  // Before the first read() of one or several tasks.
  void begin(TaskId id);
  // Gives the consumer all batches that it wants. Error: the recording's.
  Status read(const Task& task, const Consumer& consumer);
  // What the helper did since begin(), and its CPU time by stage.
  HelperWork helper_work();
  StageTimes helper_times() { return helper_meter_.times(); }

 private:
  struct Turn {
    std::size_t part = 0;
    const Batch* batch = nullptr;
    double begin_seconds = 0;
  };
  using Ahead = ReadAhead<Result<BatchInput>>;

  const ModelRunner& runner(const ModelWork& work) const;
  std::vector<Turn> turns(const Task& task) const;
  Result<BatchInput> read_turn(const Task& task, const Turn& turn, StageMeter& meter);
  Result<BatchInput> read_with_features(const Task& task, const Turn& turn);
  Result<BatchInput> await(Ahead& ahead, const Turn& turn);

  const std::vector<ModelRunner>& runners_;
  StageMeter& meter_;
  StageMeter helper_meter_;  // without a beacon, which is the calling thread's
  BatchReader batches_;
  std::optional<HelperThread> helper_;
};

}  // namespace rookery
