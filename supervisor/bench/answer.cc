#include "supervisor/bench/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "supervisor/bench/cell_words.h"
#include "supervisor/bench/comparison.h"
#include "supervisor/bench/default_cell.h"
#include "supervisor/bench/output_words.h"

namespace rookery {
namespace {

constexpr std::size_t kMostNamed = 3;
constexpr std::int32_t kFewestRuns = 3;
constexpr double kAlmostAsFast = 0.9;
constexpr double kWorthSaving = 0.9;
constexpr double kLuck = 0.05;

std::optional<Estimate> metric(const CellResult& result, const std::string& name) {
  const auto found = result.metrics.find(name);
  return found == result.metrics.end() ? std::nullopt : std::optional(found->second);
}

bool lives(const CellResult& result) {
  return (result.state == CellState::kMeasured || result.state == CellState::kWide) &&
         metric(result, "x_real_time");
}

// Looks at the cells of a bench and finds what there is to say.
class Answer {
 public:
  Answer(const BenchResults& results, int cores) : results_(results), cores_(cores) {}

  std::vector<std::string> sentences() {
    const auto best = this->best();
    if (!best) {
      say("No cell was measured.");
    } else {
      tell_best(*best);
      tell_equals(*best);
      tell_default();
      tell_thrift(*best);
      tell_other_work();
    }
    std::ranges::move(output_sentences(results_), std::back_inserter(sentences_));
    tell_oversubscribed();
    tell_set_aside();
    tell_unmeasured();
    return std::move(sentences_);
  }

 private:
  const Cell& cell(std::size_t index) const { return results_.grid.cells[index]; }
  const CellResult& result(std::size_t index) const { return results_.cells[index]; }
  std::string words(std::size_t index) const { return in_words(cell(index), results_.grid); }
  std::string here() const { return "On this host, for " + models_in_words(results_.grid); }
  double speed(std::size_t index) const { return metric(result(index), "x_real_time")->median; }
  // With two digits at least: of little audio there are less than ten seconds in one.
  std::string speed_in_words(std::size_t index) const {
    return speed(index) < 10 ? fmt::format("{:.2g}", speed(index))
                             : fmt::format("{:.0f}", speed(index));
  }
  std::optional<Estimate> speed_up(std::size_t index) const {
    return metric(result(index), "speed_up");
  }
  std::vector<double> ratios(std::size_t index, std::size_t other) const {
    return speed_ratios(result(index), result(other));
  }
  double memory(std::size_t index) const {
    const auto peak = metric(result(index), "peak_pss_bytes");
    return peak ? peak->median : 0;
  }
  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  bool counts(std::size_t index) const {
    return lives(result(index)) &&
           have_equal_segments(result(index), result(results_.grid.baseline));
  }

  std::vector<std::size_t> counted() const {
    std::vector<std::size_t> cells;
    for (std::size_t index = 0; index < results_.cells.size(); ++index) {
      if (counts(index)) cells.push_back(index);
    }
    return cells;
  }

  bool is_faster(std::size_t index, std::size_t other) const {
    const auto one = speed_up(index);
    const auto two = speed_up(other);
    return one && two ? one->median > two->median : speed(index) > speed(other);
  }

  std::optional<std::size_t> fastest_of(const std::vector<std::size_t>& cells) const {
    std::optional<std::size_t> best;
    for (const std::size_t index : cells) {
      if (!best || is_faster(index, *best)) best = index;
    }
    return best;
  }

  // The best of many cells looks better than it is: the chance is that of any of them (Bonferroni).
  bool is_shown(std::size_t index) const {
    const auto gain = speed_up(index);
    const double tries = static_cast<double>(counted().size()) - 1;
    return gain && gain->low > 1 &&
           tries * chance_of(ratios(index, results_.grid.baseline), noise()) <= kLuck;
  }

  RatioNoise noise() const {
    std::vector<std::vector<double>> all;
    for (const std::size_t index : counted()) {
      if (index != results_.grid.baseline) {
        all.push_back(ratios(index, results_.grid.baseline));
      }
    }
    return noise_of(all);
  }

  // Of those that were shown to be faster than the baseline, if any were: a higher median that
  // spreads too far for that may be chance.
  std::optional<std::size_t> best() const {
    std::vector<std::size_t> shown;
    std::ranges::copy_if(counted(), std::back_inserter(shown),
                         [this](std::size_t index) { return is_shown(index); });
    return fastest_of(shown.empty() ? counted() : shown);
  }

  // In the order of what keeps a difference from being told.
  void tell_best(std::size_t best) {
    const auto gain = speed_up(best);
    const std::int32_t rounds = (gain ? *gain : *metric(result(best), "x_real_time")).runs;
    if (rounds < kFewestRuns) {
      say(fmt::format(
          "Too few rounds were measured to tell a difference from chance ({}). So far {} "
          "is the fastest, {} times real time.",
          rounds, words(best), speed_in_words(best)));
    } else if (!gain) {
      say(
          fmt::format("{}: {}: {} times real time with {:.0f} MB at "
                      "most. The baseline was not measured.",
                      here(), words(best), speed_in_words(best), memory(best) / 1e6));
    } else if (best == results_.grid.baseline) {
      say(
          fmt::format("{}, nothing was faster than the baseline: {}, "
                      "{} times real time with {:.0f} MB at most.",
                      here(), words(best), speed_in_words(best), memory(best) / 1e6));
    } else {
      tell_gain(best, *gain);
    }
  }

  void tell_gain(std::size_t best, const Estimate& gain) {
    const std::string baseline = words(results_.grid.baseline);
    const std::string interval = fmt::format("{:.2f} to {:.2f}", gain.low, gain.high);
    if (is_shown(best)) {
      say(fmt::format(
          "{}: {}: {:.2f} times the speed of the baseline ({}), interval {} of {} rounds{}.",
          here(), words(best), gain.median, baseline, interval, gain.runs, memory_in_words(best)));
      tell_higher_median(best);
      return;
    }
    say(fmt::format(
        "{}, no difference to the baseline ({}) was shown: the fastest median is that of {}, "
        "{:.2f} times the baseline's ({}){}.",
        here(), baseline, words(best), gain.median, interval,
        gain.low > 1 ? fmt::format(", as the best of {} cells may be by chance", counted().size())
                     : ""));
  }

  void tell_higher_median(std::size_t best) {
    const std::size_t highest = *fastest_of(counted());
    const auto gain = speed_up(highest);
    if (!gain || !is_faster(highest, best)) return;
    say(fmt::format(
        "The median of {} is higher, {:.2f} times, but may be chance ({:.2f} to {:.2f}).",
        words(highest), gain->median, gain->low, gain->high));
  }

  // What the reader would have without a choice.
  void tell_default() {
    const auto usual = default_cell(results_.grid, cores_);
    if (!usual || !counts(*usual) || *usual == results_.grid.baseline) return;
    const auto gain = speed_up(*usual);
    if (!gain) return;
    say(fmt::format(
        "What Rookery does by default is {}: {:.2f} times the baseline's speed ({:.2f} to {:.2f}).",
        words(*usual), gain->median, gain->low, gain->high));
  }

  std::string memory_in_words(std::size_t best) const {
    const auto ratio = metric(result(best), "memory_ratio");
    return ratio ? fmt::format(", at {:.2f} times its memory", ratio->median) : "";
  }

  // By the intervals of what was compared round by round, so that drift of the host drops out.
  bool may_be_equal(std::size_t index, std::size_t best) const {
    const auto one = metric(result(index), "speed_up");
    const auto two = metric(result(best), "speed_up");
    if (one && two) return one->high >= two->low;
    return metric(result(index), "x_real_time")->high >= metric(result(best), "x_real_time")->low;
  }

  void tell_equals(std::size_t best) {
    std::vector<std::string> names;
    for (const std::size_t index : counted()) {
      if (index != best && may_be_equal(index, best)) names.push_back(words(index));
    }
    if (names.empty()) return;
    const std::size_t count = names.size();
    names.resize(std::min(count, kMostNamed));
    say(fmt::format("{} other cell{} cannot be told from it, their intervals overlap: {}{}.", count,
                    count == 1 ? "" : "s", fmt::join(names, "; "),
                    count > kMostNamed ? "; and others" : ""));
  }

  // Whether the intervals of both cells' memory say so.
  bool needs_less(std::size_t index, std::size_t other) const {
    const auto one = metric(result(index), "peak_pss_bytes");
    const auto two = metric(result(other), "peak_pss_bytes");
    return one && two && std::min(one->runs, two->runs) >= kFewestRuns && one->high < two->low &&
           one->median <= kWorthSaving * two->median;
  }

  // In every round, so that no lucky median is recommended.
  bool is_almost_as_fast(std::size_t index, std::size_t best) const {
    const auto shares = ratios(index, best);
    return !shares.empty() && estimate_median(shares).low >= kAlmostAsFast;
  }

  void tell_thrift(std::size_t best) {
    std::optional<std::size_t> least;
    for (const std::size_t index : counted()) {
      if (!needs_less(index, best) || !is_almost_as_fast(index, best)) continue;
      if (!least || memory(index) < memory(*least)) least = index;
    }
    if (!least) return;
    say(fmt::format("With {:.0f}% of that speed, {} needs {:.0f} MB instead of {:.0f} MB.",
                    100 * median(ratios(*least, best)), words(*least), memory(*least) / 1e6,
                    memory(best) / 1e6));
  }

  void tell_other_work() {
    const auto& cells = results_.cells;
    const auto living = std::ranges::count_if(cells, lives);
    const auto others = living - static_cast<std::ptrdiff_t>(counted().size());
    if (others == 0) return;
    say(
        fmt::format("Models whose segments are not as long as the baseline's are not compared with "
                    "it here: {} of {} cells.",
                    others, cells.size()));
  }

  void tell_oversubscribed() {
    const auto& cells = results_.grid.cells;
    const auto count = std::count_if(cells.begin(), cells.end(),
                                     [](const Cell& one) { return one.oversubscribed; });
    if (count == 0) return;
    say(
        fmt::format("{} of {} cells ask for more threads than the {} cores here and are marked as "
                    "oversubscribed: they show what that costs, not what more cores would give.",
                    count, cells.size(), cores_));
  }

  void tell_set_aside() {
    if (results_.runs_set_aside > 0) say(set_aside_in_words(results_.runs_set_aside));
  }

  void tell_unmeasured() {
    for (const auto& [state, words] :
         {std::pair{CellState::kWide, "spread more widely than asked for"},
          std::pair{CellState::kOverBudget, "took longer than a cell may and were stopped"},
          std::pair{CellState::kFailed, "failed"},
          std::pair{CellState::kNotReached, "were not reached within the time budget"}}) {
      const auto count =
          std::count_if(results_.cells.begin(), results_.cells.end(),
                        [wanted = state](const CellResult& one) { return one.state == wanted; });
      if (count > 0)
        say(fmt::format("Cells that {}: {} of {}.", words, count, results_.cells.size()));
    }
  }

  const BenchResults& results_;
  int cores_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> plain_answer(const BenchResults& results, int cores) {
  return Answer(results, cores).sentences();
}

}  // namespace rookery
