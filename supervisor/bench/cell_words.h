// Cells as people speak of them.
#pragma once

#include <cstdint>
#include <string>

#include "supervisor/bench/cells.h"

namespace rookery {

// "2 workers, processes, batch 8". Of a model's directory, without the folders that those of all
// cells are in. A cell that is oversubscribed is said to be.
std::string in_words(const Cell& cell, const Grid& grid);

// "this model", or "these models" where cells differ in it.
std::string models_in_words(const Grid& grid);

// What is said of so many runs that were set aside.
std::string set_aside_in_words(std::int64_t runs);

}  // namespace rookery
