#include "supervisor/bench/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "supervisor/bench/statistics.h"

namespace rookery {
namespace {

std::int32_t most_repeats(const ScheduleSettings& settings) {
  std::int32_t most = settings.repeats;
  for (const auto& [cell, repeats] : settings.more_repeats) most = std::max(most, repeats);
  return most;
}

}  // namespace

Schedule::Schedule(const ScheduleSettings& settings)
    : settings_(settings),
      asked_rounds_(most_repeats(settings)),
      histories_(settings.cells),
      round_(settings.warm_up_rounds > 0 ? Round{Phase::kWarmUp, 0} : Round{Phase::kMeasured, 0}) {
  remaining_ = shuffled(cells_of(*round_), *round_);
  move_on();
}

std::optional<PlannedRun> Schedule::next(double spent_seconds) {
  if (spent_seconds >= settings_.time_budget_seconds || finished()) return std::nullopt;
  return PlannedRun{round_->phase, round_->number, remaining_.front()};
}

void Schedule::ended(const EndedRun& run) {
  const std::size_t cell = run.plan.cell;
  if (round_ && run.plan.phase == round_->phase && run.plan.round == round_->number) {
    remaining_.erase(std::remove(remaining_.begin(), remaining_.end(), cell), remaining_.end());
  }
  last_cell_ = cell;
  History& history = histories_.at(cell);
  history.rounds.emplace(run.plan.phase, run.plan.round);
  if (run.ending != RunEnding::kDone) {
    history.ending = run.ending;
    history.why = run.why;
  } else if (run.plan.phase == Phase::kMeasured) {
    history.wall_seconds.push_back(run.wall_seconds);
  }
  move_on();
}

// To the next round that has a cell to run.
void Schedule::move_on() {
  while (round_ && remaining_.empty()) {
    round_ = round_after(*round_);
    if (round_) remaining_ = shuffled(cells_of(*round_), *round_);
  }
}

std::optional<Schedule::Round> Schedule::round_after(const Round& round) const {
  const std::int32_t next = round.number + 1;
  switch (round.phase) {
    case Phase::kWarmUp:
      return next < settings_.warm_up_rounds ? Round{Phase::kWarmUp, next}
                                             : Round{Phase::kMeasured, 0};
    case Phase::kMeasured:
      if (next == asked_rounds_ && settings_.cold_cache) return Round{Phase::kCold, 0};
      if (next < std::max(asked_rounds_, settings_.max_repeats)) {
        return Round{Phase::kMeasured, next};
      }
      return std::nullopt;
    case Phase::kCold:
      if (asked_rounds_ < settings_.max_repeats) return Round{Phase::kMeasured, asked_rounds_};
      return std::nullopt;
  }
  return std::nullopt;
}

bool Schedule::is_open(std::size_t cell, const Round& round) const {
  const History& history = histories_[cell];
  return history.lives() && !history.rounds.contains({round.phase, round.number});
}

bool Schedule::wants(std::size_t cell, const Round& round) const {
  if (round.phase != Phase::kMeasured || round.number < repeats_of(cell)) return true;
  return is_wide(histories_[cell]) && round.number < settings_.max_repeats;
}

// The baseline is with any others.
std::vector<std::size_t> Schedule::cells_of(const Round& round) const {
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < histories_.size(); ++cell) {
    if (is_open(cell, round) && wants(cell, round)) cells.push_back(cell);
  }
  const std::size_t baseline = settings_.baseline;
  const bool is_missing = is_open(baseline, round) && !wants(baseline, round);
  if (is_missing && !cells.empty()) cells.push_back(baseline);
  return cells;
}

// The cell that was run last does not come first, so that no cell has two runs one after the other;
// of two cells it may, or their order would never change.
std::vector<std::size_t> Schedule::shuffled(std::vector<std::size_t> cells,
                                            const Round& round) const {
  std::seed_seq seeds = {static_cast<std::uint32_t>(settings_.seed),
                         static_cast<std::uint32_t>(round.phase),
                         static_cast<std::uint32_t>(round.number)};
  std::mt19937_64 random(seeds);
  std::shuffle(cells.begin(), cells.end(), random);
  if (cells.size() > 2 && last_cell_ == cells.front()) std::swap(cells.front(), cells.back());
  return cells;
}

bool Schedule::is_wide(const History& history) const {
  return history.wall_seconds.size() > 1 &&
         estimate_median(history.wall_seconds).spread() > settings_.max_spread;
}

CellState Schedule::state(std::size_t cell) const {
  const History& history = histories_.at(cell);
  if (history.ending == RunEnding::kFailed) return CellState::kFailed;
  if (history.ending == RunEnding::kOverTime) return CellState::kOverBudget;
  if (history.wall_seconds.empty()) return CellState::kNotReached;
  return is_wide(history) ? CellState::kWide : CellState::kMeasured;
}

std::string Schedule::why(std::size_t cell) const {
  const History& history = histories_.at(cell);
  if (!history.lives()) return history.why;
  const auto runs = static_cast<std::int32_t>(history.wall_seconds.size());
  if (runs == 0) return "the time budget was spent before it was measured";
  if (runs < repeats_of(cell)) {
    return fmt::format("{} of {} measured runs within the time budget", runs, repeats_of(cell));
  }
  if (!is_wide(history)) return "";
  return fmt::format("the interval is {:.0f}% of the median after {} runs",
                     100 * estimate_median(history.wall_seconds).spread(), runs);
}

std::int32_t Schedule::repeats_of(std::size_t cell) const {
  const auto more = settings_.more_repeats.find(cell);
  return more == settings_.more_repeats.end() ? settings_.repeats : more->second;
}

std::int32_t Schedule::runs_left(std::size_t cell) const {
  if (!round_ || !histories_.at(cell).lives()) return 0;
  const bool in_round = std::find(remaining_.begin(), remaining_.end(), cell) != remaining_.end();
  return (in_round ? 1 : 0) + rounds_left(cell);
}

// Behind the one under way.
std::int32_t Schedule::rounds_left(std::size_t cell) const {
  if (!round_) return 0;
  const std::int32_t cold = settings_.cold_cache ? 1 : 0;
  const std::int32_t repeats = cell == settings_.baseline ? asked_rounds_ : repeats_of(cell);
  switch (round_->phase) {
    case Phase::kWarmUp:
      return settings_.warm_up_rounds - round_->number - 1 + repeats + cold;
    case Phase::kMeasured:
      if (round_->number >= asked_rounds_) return 0;
      return std::max(0, repeats - round_->number - 1) + cold;
    case Phase::kCold:
      return 0;
  }
  return 0;
}

}  // namespace rookery
