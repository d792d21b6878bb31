// Which cell is run next: rounds in which every cell that is still worth running has one run, each
// round in a fresh order, so that what drifts on the host meets all cells alike. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery {

enum class Phase { kWarmUp, kMeasured, kCold };
enum class RunEnding { kDone, kOverTime, kFailed };
// kWide: measured, but the interval of the median stayed wider than wanted.
enum class CellState { kMeasured, kWide, kOverBudget, kFailed, kNotReached };

struct PlannedRun {
  Phase phase = Phase::kMeasured;
  std::int32_t round = 0;  // of its phase
  std::size_t cell = 0;

  bool operator==(const PlannedRun&) const = default;
};

struct EndedRun {
  PlannedRun plan;
  RunEnding ending = RunEnding::kDone;
  double wall_seconds = 0;  // what the spread is taken of
  std::string why;          // unless kDone
};

struct ScheduleSettings {
  std::size_t cells = 0;
  std::size_t baseline = 0;
  std::int32_t warm_up_rounds = 1;
  std::int32_t repeats = 5;
  std::map<std::size_t, std::int32_t> more_repeats = {};  // of these cells, instead of `repeats`
  std::int32_t max_repeats = 9;
  bool cold_cache = false;  // one round of its own after the measured ones
  double max_spread = 0.1;
  double time_budget_seconds = 1200;
  std::uint64_t seed = 1;
};

// A cell that fails or takes too long is not run again. A cell that spreads too widely has more
// rounds than it was asked for, up to `max_repeats`. The baseline takes part in every measured
// round of any cell, since others are compared with its run of the same round. A function of the
// settings and the runs that ended, so that one that is told all runs of an earlier session goes on
// where that stopped.
class Schedule {
 public:
  explicit Schedule(const ScheduleSettings& settings);

  // nullopt when all is measured, or the budget is spent.
  std::optional<PlannedRun> next(double spent_seconds);
  // Runs are told in the order in which they were made.
  void ended(const EndedRun& run);

  // Whether nothing is left to be run, whatever the budget.
  bool finished() const { return !round_.has_value(); }
  CellState state(std::size_t cell) const;
  // Why a cell is in its state, where that needs words; else "".
  std::string why(std::size_t cell) const;
  // Runs of a cell that are sure to come if the budget allows.
  std::int32_t runs_left(std::size_t cell) const;

 private:
  struct History {
    std::set<std::pair<Phase, std::int32_t>> rounds;  // that it has a run of
    std::vector<double> wall_seconds;                 // of measured runs
    RunEnding ending = RunEnding::kDone;
    std::string why;

    bool lives() const { return ending == RunEnding::kDone; }
  };
  struct Round {
    Phase phase = Phase::kWarmUp;
    std::int32_t number = 0;
  };

  void move_on();
  std::int32_t repeats_of(std::size_t cell) const;
  std::int32_t rounds_left(std::size_t cell) const;
  std::optional<Round> round_after(const Round& round) const;
  std::vector<std::size_t> cells_of(const Round& round) const;
  bool is_open(std::size_t cell, const Round& round) const;
  bool wants(std::size_t cell, const Round& round) const;
  std::vector<std::size_t> shuffled(std::vector<std::size_t> cells, const Round& round) const;
  bool is_wide(const History& history) const;

  ScheduleSettings settings_;
  std::int32_t asked_rounds_;  // measured ones, that some cell has at least
  std::vector<History> histories_;
  std::optional<Round> round_;          // none: all rounds are through
  std::vector<std::size_t> remaining_;  // of the round, in its order
  std::optional<std::size_t> last_cell_;
};

}  // namespace rookery
