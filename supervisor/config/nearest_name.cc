#include "supervisor/config/nearest_name.h"

#include <algorithm>
#include <numeric>

namespace rookery {
namespace {

std::size_t distance_to_candidate(std::string_view name, std::string_view candidate) {
  const std::size_t whole = edit_distance(name, candidate);
  const std::size_t dot = candidate.rfind('.');
  if (dot == std::string_view::npos) return whole;
  const std::size_t last_part = edit_distance(name, candidate.substr(dot + 1));
  return std::min(whole, last_part);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  return *std::min_element(candidates.begin(), candidates.end(),
                           [&](const std::string& a, const std::string& b) {
                             return distance_to_candidate(name, a) < distance_to_candidate(name, b);
                           });
}

}  // namespace rookery
