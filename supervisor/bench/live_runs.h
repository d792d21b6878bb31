// Answers to a search from runs that are made now, by the measurement of bench. Every run is kept
// in runs.jsonl: the same search in the same folder is answered from there first, so that it goes
// on where it ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "rookery/result.h"
#include "supervisor/bench/cell_answers.h"
#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/tune_order.h"

namespace rookery {

// Before the first of all runs the baseline, with which a search begins, has one that does not
// count. Rounds of a cell from TuneOrder::rounds on are for a comparison at the end: time for it is
// kept back from the search.
class LiveRuns : public CellAnswers {
 public:
  // All arguments outlive it. Errors have stage "config" or "bench".
  static Result<LiveRuns> open(const BenchOrder& order, const TuneOrder& tune,
                               const BenchFolder& folder, SignalSource& signals);
  LiveRuns(LiveRuns&&) = default;

  Result<CellAnswer> answer(const Cell& cell, std::int32_t round) override;

  std::map<std::string, std::string> host() const override { return measurer_.host(); }
  std::map<std::string, std::string> versions() const override { return measurer_.versions(); }
  SignalSource* signals() override { return &measurer_.signals(); }
  double seconds_before() const override { return measurer_.seconds_before(); }
  std::int64_t runs_set_aside() const override { return measurer_.runs_set_aside(); }

  // That earlier sessions have made.
  std::size_t runs_before() const { return measurer_.runs_before(); }

 private:
  LiveRuns(const BenchOrder& order, const TuneOrder& tune, CellMeasurer measurer);

  // The signal that ended it, if one did.
  Result<std::optional<int>> warm_up();
  double kept_back_seconds(std::int32_t round) const;

  const BenchOrder& order_;
  double budget_seconds_;
  std::int32_t search_rounds_;
  CellMeasurer measurer_;
  std::map<std::pair<std::string, std::int32_t>, RunRecord> earlier_;  // by cell and round
};

}  // namespace rookery
