// Arrays that runs export, as tests read them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "tests/e2e/recordings.h"

namespace rookery::e2e {

inline std::vector<float> floats_of(const std::string& bytes) {
  std::vector<float> numbers(bytes.size() / sizeof(float));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
  return numbers;
}

// Of a .npy file of version 1: magic, version, two bytes of header length, header, data.
struct NpyFile {
  std::string header;
  std::vector<float> numbers;
};

inline NpyFile read_npy(const std::string& path) {
  const std::string bytes = read_bytes(path);
  const std::size_t length =
      static_cast<unsigned char>(bytes.at(8)) + 256U * static_cast<unsigned char>(bytes.at(9));
  return {bytes.substr(10, length), floats_of(bytes.substr(10 + length))};
}

}  // namespace rookery::e2e
