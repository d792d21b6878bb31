// One worker's work on a task, or on several that share batches: decode, resample, front end,
// forward, reduce.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/batch_input.h"
#include "worker/batch_row.h"
#include "worker/hosted_model.h"
#include "worker/stage_meter.h"

namespace rookery {

class RowPool;

// Not thread-safe: one for each worker. With decode_ahead it has a thread of its own that reads a
// task's next batch and does its front end while the caller's is at the one before.
class TaskRunner {
 public:
  // `models` in the order of the settings'. Errors: stage "config", a channel or resampler that
  // does not exist; stage "worker", no thread can be started.
  static Result<TaskRunner> create(const WorkerSettings& settings, std::vector<HostedModel> models,
                                   StageMeter meter);

  TaskRunner(TaskRunner&&) noexcept;
  ~TaskRunner();

  // Errors: the recording's, stage "open", "probe", "decode", "resample". A model's own (stage
  // "forward", with the range of segments) stands in its part of the result.
  Result<TaskResult> run(const Task& task);
  // One result for each of the tasks, in their order; the first that is no error has the times and
  // spans of all.
  std::vector<Result<TaskResult>> run(const MixedTask& mixed);
  Result<ProbeDone> probe(const Probe& probe);
  // For the beacon: the answer is being sent, has been sent.
  void note_send();
  void note_idle();

 private:
  struct UnderWay;
  struct Parts;
  explicit TaskRunner(std::unique_ptr<Parts> parts);

  UnderWay begin(const Task& task);
  // Reads all batches of a task and gives them to `run_batch`. Error: the recording's.
  using RunBatch =
      std::function<void(std::size_t part, std::span<const BatchRow> rows, const BatchInput&)>;
  Status read_batches(UnderWay& work, const RunBatch& run_batch);
  Status read_into(std::vector<RowPool>& pools, UnderWay& work);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery
