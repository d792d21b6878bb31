// A small set of settings in which every value of every axis meets every value of every other.
#pragma once

#include <string>
#include <vector>

namespace rookery::e2e {

// One thing that may be set, and to what. Each value is the words it adds to the command line.
struct Axis {
  std::string name;
  std::vector<std::vector<std::string>> values;
};

// Index into Axis::values for each axis.
using Setting = std::vector<std::size_t>;

// All pairs of values of different axes occur in it. Greedy, the same at every call; about as many
// settings as the two longest axes have pairs.
std::vector<Setting> every_pair(const std::vector<Axis>& axes);

// All there are.
std::vector<Setting> every_combination(const std::vector<Axis>& axes);

// The words of a setting, axis after axis.
std::vector<std::string> words_of(const std::vector<Axis>& axes, const Setting& setting);

}  // namespace rookery::e2e
