#include "supervisor/bench/vectors_compared.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

namespace rookery {
namespace {

constexpr std::size_t kBeforeHeader = 10;  // magic, version, and two bytes of the header's length

// One array's vectors; none of what is no array of float32.
struct Vectors {
  std::size_t length = 0;
  std::vector<float> numbers;

  std::size_t count() const { return length == 0 ? 0 : numbers.size() / length; }
  std::span<const float> at(std::size_t place) const {
    return std::span(numbers).subspan(place * length, length);
  }
};

// What one vector has behind the array's first dimension.
std::size_t length_in(std::string_view header) {
  std::size_t length = 1;
  std::size_t dimensions = 0;
  const auto open = header.find('(');
  if (open == std::string_view::npos) return 0;
  header = header.substr(open + 1, header.find(')') - open - 1);
  while (!header.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), size);
    if (error != std::errc()) break;
    if (dimensions++ > 0) length *= size;
    header.remove_prefix(static_cast<std::size_t>(end - header.data()));
    header.remove_prefix(std::min(header.size(), header.find_first_not_of(", ")));
  }
  return dimensions == 0 ? 0 : length;
}

Vectors vectors_of(std::string_view npy) {
  if (npy.size() < kBeforeHeader) return {};
  const std::size_t header_size =
      static_cast<unsigned char>(npy[8]) + 256U * static_cast<unsigned char>(npy[9]);
  const std::string_view header = npy.substr(kBeforeHeader, header_size);
  if (header.find("<f4") == std::string_view::npos) return {};
  npy.remove_prefix(std::min(npy.size(), kBeforeHeader + header_size));
  Vectors vectors;
  vectors.length = length_in(header);
  vectors.numbers.resize(npy.size() / sizeof(float));
  if (vectors.numbers.empty()) return vectors;
  std::memcpy(vectors.numbers.data(), npy.data(), vectors.numbers.size() * sizeof(float));
  return vectors;
}

double cosine(std::span<const float> one, std::span<const float> other) {
  double product = 0;
  double one_squared = 0;
  double other_squared = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    product += static_cast<double>(one[i]) * other[i];
    one_squared += static_cast<double>(one[i]) * one[i];
    other_squared += static_cast<double>(other[i]) * other[i];
  }
  const double lengths = std::sqrt(one_squared) * std::sqrt(other_squared);
  if (lengths > 0) return std::clamp(product / lengths, -1.0, 1.0);
  return one_squared == other_squared ? 1 : 0;
}

void add_pair(std::span<const float> one, std::span<const float> other,
              VectorDifference& difference) {
  // Equal bytes are equal, whatever they stand for.
  if (std::memcmp(one.data(), other.data(), one.size_bytes()) == 0) {
    ++difference.vectors;
    return;
  }
  const auto finite = [](float number) { return std::isfinite(number); };
  if (!std::all_of(one.begin(), one.end(), finite) ||
      !std::all_of(other.begin(), other.end(), finite)) {
    difference.vectors_alone += 2;
    return;
  }
  ++difference.vectors;
  for (std::size_t i = 0; i < one.size(); ++i) {
    difference.largest =
        std::max(difference.largest, std::abs(static_cast<double>(one[i]) - other[i]));
  }
  difference.smallest_cosine = std::min(difference.smallest_cosine, cosine(one, other));
}

void add_arrays(const Vectors& one, const Vectors& other, VectorDifference& difference) {
  if (one.length != other.length || one.numbers.size() != other.numbers.size()) {
    difference.vectors_alone += static_cast<std::int64_t>(one.count() + other.count());
    return;
  }
  for (std::size_t place = 0; place < one.count(); ++place) {
    add_pair(one.at(place), other.at(place), difference);
  }
}

}  // namespace

std::optional<VectorDifference> compare_vectors(const Arrays& one, const Arrays& other) {
  VectorDifference difference;
  for (const auto& [name, bytes] : one) {
    const auto fellow = other.find(name);
    add_arrays(vectors_of(bytes), fellow == other.end() ? Vectors() : vectors_of(fellow->second),
               difference);
  }
  for (const auto& [name, bytes] : other) {
    if (!one.contains(name)) add_arrays(Vectors(), vectors_of(bytes), difference);
  }
  if (difference.vectors == 0 && difference.vectors_alone == 0) return std::nullopt;
  return difference;
}

}  // namespace rookery
