// The cell that is what `rookery run` does by default.
#pragma once

#include <cstddef>
#include <optional>

#include "supervisor/bench/cells.h"

namespace rookery {

// By the keys that cells differ in, `model` aside; `usual_workers`: what `workers: auto` is here.
// nullopt: no cell has every default. Of several models' cells the first.
std::optional<std::size_t> default_cell(const Grid& grid, int usual_workers);

}  // namespace rookery
