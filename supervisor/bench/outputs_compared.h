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
#include "supervisor/bench/vectors_compared.h"

namespace rookery {

struct ScoreDifference {
  double largest = 0;           // among rows of equal recording, start and label
  std::int64_t rows = 0;        // that both have
  std::int64_t rows_alone = 0;  // that one of them has
};

// Of two jsonl exports; of rows without a score only whether both have them, of lines that are
// no rows nothing. nullopt if neither has a row.
std::optional<ScoreDifference> compare_rows(const std::string& one, const std::string& other);

// Of a cell's settings those that shape results, the model among them.
std::map<std::string, std::string> result_settings(const Cell& cell);

// What is kept of one output to compare it.
struct KeptOutput {
  std::string rows;  // of the jsonl exports
  Arrays arrays;     // .npy exports
};

// Each nullopt where neither output has such.
struct OutputDifference {
  std::optional<ScoreDifference> scores;
  std::optional<VectorDifference> vectors;

  // The larger differences of the two, and of what was compared the least.
  void widen(const OutputDifference& other);
};

struct OutputGroup {
  std::map<std::string, std::string> settings;
  std::vector<std::size_t> cells;
  std::vector<std::string> digests;  // of all runs of its cells; that of the first cell first
  std::vector<std::size_t> odd;      // cells with a run that gave other bytes than the first cell
  OutputDifference within;           // of the other digests from the first, the widest
  // From the first group, the widest of its digests; none in that group itself.
  OutputDifference from_first;

  bool bytes_equal() const { return digests.size() == 1; }
};

// `digests` holds for each cell the different outputs of its runs, none if none ended; `read` gives
// what is kept of one. Groups without an output are left out; the baseline's comes first, if it has
// one.
std::vector<OutputGroup> compare_outputs(
    const Grid& grid, const std::vector<std::vector<std::string>>& digests,
    const std::function<KeptOutput(const std::string& digest)>& read);

}  // namespace rookery
