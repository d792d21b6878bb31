// How far apart the vectors of two outputs are. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace rookery {

// Bytes of .npy files by their names.
using Arrays = std::map<std::string, std::string>;

struct VectorDifference {
  double largest = 0;              // of any component
  double smallest_cosine = 1;      // of two vectors; 0 where one of them is zero
  std::int64_t vectors = 0;        // that were compared
  std::int64_t vectors_alone = 0;  // without a fellow, or not finite where the fellow is otherwise
};

// Vectors of equal name and place, where both arrays have the same shape; those of other arrays are
// alone. nullopt if neither has a vector. Float32 arrays as npy_header() begins them.
std::optional<VectorDifference> compare_vectors(const Arrays& one, const Arrays& other);

}  // namespace rookery
