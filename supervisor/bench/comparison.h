// How much faster one cell is than another, run by run of the same round, so that what drifts on
// the host drops out. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "supervisor/bench/cell_results.h"

namespace rookery {

// Of the rounds that both have a run of, in their order; empty if there are none.
std::vector<double> speed_ratios(const CellResult& one, const CellResult& other);

// How far ratios of a bench's rounds scatter, as logarithms: the variance within cells, over all of
// them, since a cell has too few rounds to tell its own.
struct RatioNoise {
  double variance = 0;
  std::int32_t degrees = 0;  // of freedom; 0: it is not known
};
RatioNoise noise_of(const std::vector<std::vector<double>>& ratios_by_cell);

// The chance that ratios lie as far above 1 as these although the cells are equally fast: a
// one-sided t-test of their logarithms (Student 1908) with the noise of all cells, or with the
// ratios' own variance where that is more. 1 without ratios or noise.
double chance_of(const std::vector<double>& ratios, const RatioNoise& noise);

// Whether both give rows for equally long pieces of audio, to 1%: else a second of audio is not the
// same work, as of models with other windows. True where a run does not tell.
bool have_equal_segments(const CellResult& one, const CellResult& other);

}  // namespace rookery
