#include "supervisor/bench/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "supervisor/bench/cell_words.h"

namespace rookery {
namespace {

constexpr std::size_t kMostNamed = 3;
constexpr std::int32_t kFewestRuns = 3;
constexpr double kAlmostAsFast = 0.9;
constexpr double kWorthSaving = 0.9;

std::optional<Estimate> metric(const CellResult& result, const std::string& name) {
  const auto found = result.metrics.find(name);
  return found == result.metrics.end() ? std::nullopt : std::optional(found->second);
}

std::string in_words(const OutputDifference& difference) {
  std::vector<std::string> words;
  if (const auto& scores = difference.scores) {
    words.push_back(fmt::format("scores differ by {:.4f} at most, {} rows at most are not in both",
                                scores->largest, scores->rows_alone));
  }
  if (const auto& vectors = difference.vectors) {
    words.push_back(fmt::format(
        "components of vectors differ by {:.2g} at most, the least cosine similarity is "
        "{:.6f}, {} vectors at most could not be compared",
        vectors->largest, vectors->smallest_cosine, vectors->vectors_alone));
  }
  if (words.empty()) return "there are no scores or vectors that could be compared";
  return fmt::format("{}", fmt::join(words, "; "));
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
    const auto best = fastest();
    if (!best) {
      say("No cell was measured.");
    } else {
      tell_best(*best);
      tell_equals(*best);
      tell_thrift(*best);
    }
    tell_amiss();
    tell_outputs();
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
  // Round by round where that can be, so that no two sentences tell of a pair of cells differently.
  double share_of_speed(std::size_t index, std::size_t other) const {
    const auto one = metric(result(index), "speed_up");
    const auto two = metric(result(other), "speed_up");
    return one && two ? one->median / two->median : speed(index) / speed(other);
  }
  double memory(std::size_t index) const {
    const auto peak = metric(result(index), "peak_pss_bytes");
    return peak ? peak->median : 0;
  }
  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  std::optional<std::size_t> fastest() const {
    std::optional<std::size_t> best;
    for (std::size_t index = 0; index < results_.cells.size(); ++index) {
      if (lives(result(index)) && (!best || speed(index) > speed(*best))) best = index;
    }
    return best;
  }

  // In the order of what keeps a difference from being told.
  void tell_best(std::size_t best) {
    const std::size_t baseline = results_.grid.baseline;
    const auto speed_up = metric(result(best), "speed_up");
    const std::int32_t rounds = (speed_up ? *speed_up : *metric(result(best), "x_real_time")).runs;
    if (rounds < kFewestRuns) {
      say(fmt::format(
          "Too few rounds were measured to tell a difference from chance ({}). So far {} "
          "is the fastest, {:.0f} times real time.",
          rounds, words(best), speed(best)));
    } else if (!speed_up) {
      say(
          fmt::format("{}: {}: {:.0f} times real time with {:.0f} MB at "
                      "most. The baseline was not measured.",
                      here(), words(best), speed(best), memory(best) / 1e6));
    } else if (best == baseline) {
      say(
          fmt::format("{}, nothing was faster than the baseline: {}, "
                      "{:.0f} times real time with {:.0f} MB at most.",
                      here(), words(best), speed(best), memory(best) / 1e6));
    } else if (speed_up->low <= 1) {
      say(fmt::format(
          "{}, no difference to the baseline ({}) was shown: "
          "the fastest median is that of {}, {:.2f} times the baseline's ({:.2f} to "
          "{:.2f}).",
          here(), words(baseline), words(best), speed_up->median, speed_up->low, speed_up->high));
    } else {
      say(
          fmt::format("{}: {}: {:.2f} times the speed of the baseline "
                      "({}), interval {:.2f} to {:.2f} of {} rounds{}.",
                      here(), words(best), speed_up->median, words(baseline), speed_up->low,
                      speed_up->high, rounds, memory_in_words(best)));
    }
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
    for (std::size_t index = 0; index < results_.cells.size(); ++index) {
      if (index == best || !lives(result(index))) continue;
      if (may_be_equal(index, best)) names.push_back(words(index));
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

  void tell_thrift(std::size_t best) {
    std::optional<std::size_t> least;
    for (std::size_t index = 0; index < results_.cells.size(); ++index) {
      if (!lives(result(index)) || share_of_speed(index, best) < kAlmostAsFast) continue;
      if (!needs_less(index, best)) continue;
      if (!least || memory(index) < memory(*least)) least = index;
    }
    if (!least) return;
    say(fmt::format("With {:.0f}% of that speed, {} needs {:.0f} MB instead of {:.0f} MB.",
                    100 * share_of_speed(*least, best), words(*least), memory(*least) / 1e6,
                    memory(best) / 1e6));
  }

  // Audio that a run did not work on counts as audio where the rest of its recording was done.
  void tell_amiss() {
    std::size_t cells = 0;
    std::size_t most = 0;
    for (std::size_t index = 0; index < results_.cells.size(); ++index) {
      if (amiss(index) > 0) ++cells;
      if (amiss(index) > amiss(most)) most = index;
    }
    if (cells == 0) return;
    say(
        fmt::format("WARNING: in {} of {} cells recordings failed or have gaps, {:.0f} at most "
                    "({}): what was left out makes a cell look faster than it is.",
                    cells, results_.cells.size(), amiss(most), words(most)));
  }

  double amiss(std::size_t index) const {
    const auto recordings = metric(result(index), "recordings_amiss");
    return recordings ? recordings->high : 0;
  }

  void tell_outputs() {
    for (const OutputGroup& group : results_.groups) {
      if (group.bytes_equal()) continue;
      say(
          fmt::format("WARNING: cells whose settings should give the same bytes gave different "
                      "output, {}: {}.",
                      odd_in_words(group), in_words(group.within)));
    }
    if (results_.groups.size() < 2) return;
    const OutputGroup& front = results_.groups.front();
    if (std::ranges::all_of(results_.groups, [&](const OutputGroup& group) {
          return group.bytes_equal() && group.digests == front.digests;
        })) {
      say("Settings that shape results were compared, too: all gave the same bytes.");
      return;
    }
    const std::size_t first = front.cells.front();
    OutputDifference widest;
    for (const OutputGroup& group : results_.groups) widest.widen(group.from_first);
    say(fmt::format("Settings that shape results were compared, too: from {}, {}.",
                    first == results_.grid.baseline
                        ? "the baseline's"
                        : "those of " + cell(first).id + " (the baseline gave none)",
                    in_words(widest)));
  }

  std::string odd_in_words(const OutputGroup& group) const {
    std::vector<std::string> names;
    for (const std::size_t odd : group.odd) names.push_back(cell(odd).id);
    const std::size_t more = names.size() - std::min(names.size(), kMostNamed);
    names.resize(names.size() - more);
    return fmt::format("{}{} not as the first run of {}", fmt::join(names, "; "),
                       more > 0 ? fmt::format(" and {} more", more) : "",
                       cell(group.cells.front()).id);
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
