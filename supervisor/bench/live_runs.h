// Answers to a search from runs that are made now, by the measurement of bench. Every run is kept
// in runs.jsonl: the same search in the same folder is answered from there first, so that it goes
// on where it ended.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/bench/bench_folder.h"
#include "supervisor/bench/bench_session.h"
#include "supervisor/bench/cell_answers.h"
#include "supervisor/bench/runs_file.h"
#include "supervisor/bench/tune_order.h"
#include "supervisor/clock.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

class LiveRuns : public CellAnswers {
 public:
  // All arguments outlive it. Errors have stage "config" or "bench".
  static Result<LiveRuns> open(const BenchOrder& order, const TuneOrder& tune,
                               const BenchFolder& folder, SignalSource& signals);
  LiveRuns(LiveRuns&&) = default;

  Result<CellAnswer> answer(const Cell& cell, std::int32_t round) override;

  std::map<std::string, std::string> host() const override;
  std::map<std::string, std::string> versions() const override { return versions_; }
  double seconds_before() const override { return spent_before_; }

  // That earlier sessions have made.
  std::size_t runs_before() const { return earlier_.size(); }

 private:
  LiveRuns(const BenchOrder& order, const BenchFolder& folder, SignalSource& signals,
           RunsFile file);

  Result<CellRun> run(const Cell& cell);
  CellAnswer take(const RunRecord& record);
  double spent_seconds() const;

  const BenchOrder& order_;
  const BenchFolder& folder_;
  SignalSource& signals_;
  RunsFile file_;
  std::map<std::pair<std::string, std::int32_t>, RunRecord> earlier_;  // by cell and round
  std::map<std::string, std::string> versions_;
  SteadyClock clock_;
  TimePoint started_;
  double spent_before_ = 0;
};

}  // namespace rookery
