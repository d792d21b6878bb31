// Whether cells gave the same: bytes among those whose result-shaping settings agree, scores among
// the others. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/bench/cells.h"

namespace rookery {

struct ScoreDifference {
  double largest = 0;           // among rows of equal recording, start and label
  std::int64_t rows = 0;        // that both have
  std::int64_t rows_alone = 0;  // that one of them has
};

// Of two jsonl exports; rows without a score count as rows alone, lines that are no rows not at
// all. nullopt if neither has a row.
std::optional<ScoreDifference> compare_rows(const std::string& one, const std::string& other);

// Of a cell's settings those that shape results, the model among them.
std::map<std::string, std::string> result_settings(const Cell& cell);

struct OutputGroup {
  std::map<std::string, std::string> settings;
  std::vector<std::size_t> cells;
  std::string digest;       // of its first cell
  bool bytes_equal = true;  // among all runs of its cells
  // From the baseline's group, or within one that is not equal, where there are rows to compare.
  std::optional<ScoreDifference> difference;
};

// `digests` holds for each cell the different outputs of its runs, none if none ended; `rows` gives
// an output's jsonl rows. Groups without an output are left out; the baseline's comes first.
std::vector<OutputGroup> compare_outputs(
    const Grid& grid, const std::vector<std::vector<std::string>>& digests,
    const std::function<std::string(const std::string& digest)>& rows);

}  // namespace rookery
