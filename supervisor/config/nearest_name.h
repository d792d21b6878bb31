// The known name that an unknown one was probably meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

// Levenshtein distance: insertions, deletions and replacements of one byte.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate with the smallest distance, the first of equals. A dotted candidate is also
// compared by its last part, so that "treshold" finds "postprocess.threshold". Precondition:
// candidates not empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace rookery
