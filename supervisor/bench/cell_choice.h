// Which cells of a bench its answer names: what was shown, and what may be chance. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/bench/bench_results.h"
#include "supervisor/bench/comparison.h"

namespace rookery {

// Looks at the cells that were measured and do the baseline's work: see have_equal_segments(). The
// results outlive it.
class CellChoice {
 public:
  // A difference between fewer rounds is not told from chance.
  static constexpr std::int32_t kFewestRuns = 3;

  explicit CellChoice(const BenchResults& results);

  // By index, in the grid's order.
  const std::vector<std::size_t>& counted() const { return counted_; }
  bool counts(std::size_t index) const;
  // Measured, but of other work.
  std::size_t others() const { return others_; }

  // The fastest that was shown to be faster than the baseline; of those that were shown and may be
  // as fast, one that is not oversubscribed. If none was shown, the fastest; nullopt if none
  // counts.
  std::optional<std::size_t> best() const;
  // The highest median, shown or not; nullopt if none counts.
  std::optional<std::size_t> highest() const { return fastest_of(counted_); }

  // The 95% interval leaves out 1 and so does a t-test, at 5% over all cells that count.
  bool is_shown(std::size_t index) const;
  bool is_faster(std::size_t index, std::size_t other) const;
  // Whether their intervals overlap, or the one's is above.
  bool may_be_as_fast(std::size_t index, std::size_t other) const;
  bool overlap(std::size_t one, std::size_t two) const {
    return may_be_as_fast(one, two) && may_be_as_fast(two, one);
  }

  // Clearly less memory than that cell and almost its speed in every round; the least of these.
  struct Thrift {
    std::size_t cell = 0;
    double share_of_speed = 0;
  };
  std::optional<Thrift> thrift(std::size_t than) const;

 private:
  const CellResult& result(std::size_t index) const { return results_.cells[index]; }
  std::vector<double> gains(std::size_t index) const;
  std::optional<std::size_t> fastest_of(const std::vector<std::size_t>& cells) const;
  bool needs_less(std::size_t index, std::size_t other) const;

  const BenchResults& results_;
  std::vector<std::size_t> counted_;
  std::size_t others_ = 0;
  RatioNoise noise_;
};

}  // namespace rookery
