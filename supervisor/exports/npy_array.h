// NumPy's array file format, version 1.0, as NumPy Enhancement Proposal 1 defines it.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

static_assert(std::endian::native == std::endian::little, "arrays are written little-endian");

// What stands before the numbers of an array in C order. `type` is NumPy's: "<f4" float32, "<f8"
// float64.
std::string npy_header(std::string_view type, const std::vector<std::int64_t>& shape);

// The bytes of numbers as they stand behind it.
template <class Number>
std::string_view npy_bytes(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

}  // namespace rookery
