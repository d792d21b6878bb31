// What all fuzz targets share: their input as text, and how they say what must not be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rookery::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The fuzzer takes an abort for a finding and keeps the input.
inline void require(bool promise_kept, const std::string& promise) {
  if (promise_kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise.c_str());
  std::abort();
}

}  // namespace rookery::fuzz
