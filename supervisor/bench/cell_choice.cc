#include "supervisor/bench/cell_choice.h"

#include <algorithm>
#include <iterator>

#include "supervisor/bench/statistics.h"

namespace rookery {
namespace {

constexpr double kAlmostAsFast = 0.9;
constexpr double kWorthSaving = 0.9;
constexpr double kLuck = 0.05;

bool lives(const CellResult& result) {
  return (result.state == CellState::kMeasured || result.state == CellState::kWide) &&
         metric_of(result, "x_real_time");
}

}  // namespace

CellChoice::CellChoice(const BenchResults& results) : results_(results) {
  const std::size_t baseline = results.grid.baseline;
  std::vector<std::vector<double>> all_gains;
  for (std::size_t index = 0; index < results.cells.size(); ++index) {
    if (!lives(result(index))) continue;
    if (!have_equal_segments(result(index), result(baseline))) {
      ++others_;
      continue;
    }
    counted_.push_back(index);
    if (index != baseline) all_gains.push_back(gains(index));
  }
  noise_ = noise_of(all_gains);
}

bool CellChoice::counts(std::size_t index) const {
  return std::ranges::binary_search(counted_, index);
}

std::vector<double> CellChoice::gains(std::size_t index) const {
  return speed_ratios(result(index), result(results_.grid.baseline));
}

std::optional<std::size_t> CellChoice::fastest_of(const std::vector<std::size_t>& cells) const {
  std::optional<std::size_t> best;
  for (const std::size_t index : cells) {
    if (!best || is_faster(index, *best)) best = index;
  }
  return best;
}

std::optional<std::size_t> CellChoice::best() const {
  std::vector<std::size_t> shown;
  std::ranges::copy_if(counted_, std::back_inserter(shown),
                       [this](std::size_t index) { return is_shown(index); });
  const auto fastest = fastest_of(shown.empty() ? counted_ : shown);
  std::erase_if(shown,
                [this](std::size_t index) { return results_.grid.cells[index].oversubscribed; });
  const auto fitting = fastest_of(shown);
  return fitting && may_be_as_fast(*fitting, *fastest) ? fitting : fastest;
}

// The best of many cells looks better than it is: the chance is that of any of them (Bonferroni).
bool CellChoice::is_shown(std::size_t index) const {
  const auto gain = metric_of(result(index), "speed_up");
  if (!gain || gain->runs < kFewestRuns || gain->low <= 1) return false;
  const double tries = static_cast<double>(counted_.size()) - 1;
  return tries * chance_of(gains(index), noise_) <= kLuck;
}

bool CellChoice::is_faster(std::size_t index, std::size_t other) const {
  const auto one = metric_of(result(index), "speed_up");
  const auto two = metric_of(result(other), "speed_up");
  if (one && two) return one->median > two->median;
  return metric_of(result(index), "x_real_time")->median >
         metric_of(result(other), "x_real_time")->median;
}

// Of what was compared round by round, so that drift of the host drops out.
bool CellChoice::may_be_as_fast(std::size_t index, std::size_t other) const {
  const auto one = metric_of(result(index), "speed_up");
  const auto two = metric_of(result(other), "speed_up");
  if (one && two) return one->high >= two->low;
  return metric_of(result(index), "x_real_time")->high >=
         metric_of(result(other), "x_real_time")->low;
}

bool CellChoice::needs_less(std::size_t index, std::size_t other) const {
  const auto one = metric_of(result(index), "peak_pss_bytes");
  const auto two = metric_of(result(other), "peak_pss_bytes");
  return one && two && std::min(one->runs, two->runs) >= kFewestRuns && one->high < two->low &&
         one->median <= kWorthSaving * two->median;
}

std::optional<CellChoice::Thrift> CellChoice::thrift(std::size_t than) const {
  std::optional<Thrift> least;
  const auto memory = [this](std::size_t index) {
    return metric_of(result(index), "peak_pss_bytes")->median;
  };
  for (const std::size_t index : counted_) {
    if (!needs_less(index, than) || (least && memory(index) >= memory(least->cell))) continue;
    const auto shares = speed_ratios(result(index), result(than));
    if (shares.empty()) continue;
    const Estimate share = estimate_median(shares);
    if (share.low >= kAlmostAsFast) least = {index, share.median};
  }
  return least;
}

}  // namespace rookery
