// A survey of the inputs: every recording probed, nothing run. What `rookery plan` tells comes from
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "rookery/result.h"
#include "rookery/segment.h"
#include "supervisor/clock.h"
#include "supervisor/death_ledger.h"
#include "supervisor/dispatcher.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/pool/worker_pool.h"
#include "supervisor/task_deadlines.h"

namespace rookery {

struct SurveyTotals {
  std::int64_t recordings = 0;  // that can be processed
  std::int64_t refused = 0;
  std::int64_t with_gaps = 0;
  std::int64_t audio_us = 0;
  std::vector<std::int64_t> segments;  // of each geometry
};

class Survey {
 public:
  // Told of every recording that would fail or leave a gap, with the reason.
  using Complaint = std::function<void(const Recording&, const std::string& why)>;

  // Inputs, pool and clock outlive it; the pool has been started. Segments are counted for each
  // geometry. A probe may take `min_deadline_seconds` before its worker is taken for hung, and more
  // if the file is large.
  Survey(InputSource& inputs, WorkerPool& pool, const Clock& clock,
         std::vector<SegmentGeometry> geometries, double min_deadline_seconds, Complaint complain);

  // Probes everything. An Error if no worker can be had or a signal came (stage "interrupted").
  Result<SurveyTotals> run();

 private:
  void submit_probes();
  void hand_over();
  void kill_late();
  std::optional<ChargedWork> settle(SlotId slot, TaskId id);
  Status handle(const PoolEvent& event);
  Status take_death(const WorkerDied& died);
  void count(const Recording& recording, const RecordingProperties& properties);
  void refuse(const Recording& recording, const std::string& why);

  InputSource& inputs_;
  WorkerPool& pool_;
  const Clock& clock_;
  std::vector<SegmentGeometry> geometries_;
  Complaint complain_;
  Dispatcher dispatcher_;
  DeathLedger deaths_;
  TaskDeadlines deadlines_;
  bool inputs_exhausted_ = false;
  bool awaits_input_ = false;  // the next one is not yet to be had
  SurveyTotals totals_;
};

}  // namespace rookery
