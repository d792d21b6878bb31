#include "supervisor/bench/output_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "supervisor/bench/cell_words.h"

namespace rookery {
namespace {

constexpr std::size_t kMostNamed = 3;

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

double with_faults(const CellResult& result) {
  const auto recordings = metric_of(result, "recordings_amiss");
  return recordings ? recordings->high : 0;
}

// Audio that a run did not work on counts as audio where the rest of its recording was done.
std::optional<std::string> faults_in_words(const BenchResults& results) {
  const auto cells = std::ranges::count_if(
      results.cells, [](const CellResult& result) { return with_faults(result) > 0; });
  if (cells == 0) return std::nullopt;
  const auto most = std::ranges::max_element(results.cells, {}, with_faults);
  const auto index = static_cast<std::size_t>(most - results.cells.begin());
  return fmt::format(
      "WARNING: in {} of {} cells recordings failed or have gaps, {:.0f} at most "
      "({}): what was left out makes a cell look faster than it is.",
      cells, results.cells.size(), with_faults(*most),
      in_words(results.grid.cells[index], results.grid));
}

std::string odd_in_words(const OutputGroup& group, const Grid& grid) {
  std::vector<std::string> names;
  for (const std::size_t odd : group.odd) names.push_back(grid.cells[odd].id);
  const std::size_t more = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - more);
  return fmt::format("{}{} not as the first run of {}", fmt::join(names, "; "),
                     more > 0 ? fmt::format(" and {} more", more) : "",
                     grid.cells[group.cells.front()].id);
}

std::string across_groups(const BenchResults& results) {
  const OutputGroup& front = results.groups.front();
  if (std::ranges::all_of(results.groups, [&](const OutputGroup& group) {
        return group.bytes_equal() && group.digests == front.digests;
      })) {
    return "Settings that shape results were compared, too: all gave the same bytes.";
  }
  const std::size_t first = front.cells.front();
  OutputDifference widest;
  for (const OutputGroup& group : results.groups) widest.widen(group.from_first);
  return fmt::format("Settings that shape results were compared, too: from {}, {}.",
                     first == results.grid.baseline
                         ? "the baseline's"
                         : "those of " + results.grid.cells[first].id + " (the baseline gave none)",
                     in_words(widest));
}

}  // namespace

std::vector<std::string> output_sentences(const BenchResults& results) {
  std::vector<std::string> sentences;
  if (auto faults = faults_in_words(results)) sentences.push_back(*std::move(faults));
  for (const OutputGroup& group : results.groups) {
    if (group.bytes_equal()) continue;
    sentences.push_back(
        fmt::format("WARNING: cells whose settings should give the same bytes gave different "
                    "output, {}: {}.",
                    odd_in_words(group, results.grid), in_words(group.within)));
  }
  if (results.groups.size() >= 2) sentences.push_back(across_groups(results));
  return sentences;
}

}  // namespace rookery
