#include "supervisor/bench/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "supervisor/bench/cell_choice.h"
#include "supervisor/bench/cell_words.h"
#include "supervisor/bench/default_cell.h"
#include "supervisor/bench/output_words.h"

namespace rookery {
namespace {

constexpr std::size_t kMostNamed = 3;

// Says of the cells of a bench what there is to say.
class Answer {
 public:
  Answer(const BenchResults& results, int cores, int usual_workers)
      : results_(results), choice_(results), cores_(cores), usual_workers_(usual_workers) {}

  std::vector<std::string> sentences() {
    const auto best = choice_.best();
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
  double speed(std::size_t index) const { return metric_of(result(index), "x_real_time")->median; }
  // With two digits at least: of little audio there are less than ten seconds in one.
  std::string speed_in_words(std::size_t index) const {
    return speed(index) < 10 ? fmt::format("{:.2g}", speed(index))
                             : fmt::format("{:.0f}", speed(index));
  }
  std::optional<Estimate> speed_up(std::size_t index) const {
    return metric_of(result(index), "speed_up");
  }
  double memory(std::size_t index) const {
    const auto peak = metric_of(result(index), "peak_pss_bytes");
    return peak ? peak->median : 0;
  }
  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  // In the order of what keeps a difference from being told.
  void tell_best(std::size_t best) {
    const auto gain = speed_up(best);
    const std::int32_t rounds = (gain ? *gain : *metric_of(result(best), "x_real_time")).runs;
    if (rounds < CellChoice::kFewestRuns) {
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
    if (choice_.is_shown(best)) {
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
        gain.low > 1
            ? fmt::format(", as the best of {} cells may be by chance", choice_.counted().size())
            : ""));
  }

  void tell_higher_median(std::size_t best) {
    const std::size_t highest = *choice_.highest();
    const auto gain = speed_up(highest);
    if (!gain || !choice_.is_faster(highest, best)) return;
    // What was shown and is not named needs more cores than there are.
    say(
        fmt::format("The median of {} is higher, {:.2f} times, but {} ({:.2f} to {:.2f} of {} "
                    "round{}).",
                    words(highest), gain->median,
                    choice_.is_shown(highest) ? "cannot be told from that" : "may be chance",
                    gain->low, gain->high, gain->runs, gain->runs == 1 ? "" : "s"));
  }

  // What the reader would have without a choice.
  void tell_default() {
    const auto usual = default_cell(results_.grid, usual_workers_);
    if (!usual || !choice_.counts(*usual) || *usual == results_.grid.baseline) return;
    const auto gain = speed_up(*usual);
    if (!gain) return;
    say(fmt::format(
        "What Rookery does by default is {}: {:.2f} times the baseline's speed ({:.2f} to {:.2f}).",
        words(*usual), gain->median, gain->low, gain->high));
  }

  std::string memory_in_words(std::size_t best) const {
    const auto ratio = metric_of(result(best), "memory_ratio");
    return ratio ? fmt::format(", at {:.2f} times its memory", ratio->median) : "";
  }

  void tell_equals(std::size_t best) {
    std::vector<std::string> names;
    for (const std::size_t index : choice_.counted()) {
      if (index != best && choice_.overlap(index, best)) names.push_back(words(index));
    }
    if (names.empty()) return;
    const std::size_t count = names.size();
    names.resize(std::min(count, kMostNamed));
    say(fmt::format("{} other cell{} cannot be told from it, their intervals overlap: {}{}.", count,
                    count == 1 ? "" : "s", fmt::join(names, "; "),
                    count > kMostNamed ? "; and others" : ""));
  }

  void tell_thrift(std::size_t best) {
    const auto thrift = choice_.thrift(best);
    if (!thrift) return;
    say(fmt::format("With {:.0f}% of that speed, {} needs {:.0f} MB instead of {:.0f} MB.",
                    100 * thrift->share_of_speed, words(thrift->cell), memory(thrift->cell) / 1e6,
                    memory(best) / 1e6));
  }

  void tell_other_work() {
    if (choice_.others() == 0) return;
    say(
        fmt::format("Models whose segments are not as long as the baseline's are not compared with "
                    "it here: {} of {} cells.",
                    choice_.others(), results_.cells.size()));
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
  const CellChoice choice_;
  int cores_;
  int usual_workers_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> plain_answer(const BenchResults& results, int cores, int usual_workers) {
  return Answer(results, cores, usual_workers).sentences();
}

}  // namespace rookery
