#include "supervisor/bench/outputs_compared.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

// Scores by recording, start and label.
std::multimap<std::string, double> scores_of(const std::string& text) {
  std::multimap<std::string, double> scores;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const Json row = Json::parse(line, nullptr, false);
    if (!row.is_object()) continue;
    const Json key = {row.value("recording", ""), row.value("channel", Json()),
                      row.value("start", 0.0), row.value("label", "")};
    scores.emplace(key.dump(-1, ' ', false, Json::error_handler_t::replace),
                   row.contains("score") ? row.value("score", 0.0) : NAN);
  }
  return scores;
}

// What is exported, and with which times, changes the bytes that are compared as well.
bool shapes_output(const std::string& name) {
  if (name == "model" || name == "ensemble" || name == "formats" || name == "timestamps") {
    return true;
  }
  const auto& keys = config_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const ConfigKey& key) {
    return key.name == name && key.group == KeyGroup::kResults;
  });
}

OutputGroup& group_of(std::vector<OutputGroup>& groups, const Cell& cell) {
  const auto settings = result_settings(cell);
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const OutputGroup& group) {
    return group.settings == settings;
  });
  if (found != groups.end()) return *found;
  OutputGroup& group = groups.emplace_back();
  group.settings = settings;
  return group;
}

bool holds(const std::vector<std::string>& digests, const std::string& digest) {
  return std::find(digests.begin(), digests.end(), digest) != digests.end();
}

void add_cell(std::size_t cell, const std::vector<std::string>& digests, OutputGroup& group) {
  group.cells.push_back(cell);
  for (const std::string& digest : digests) {
    if (!holds(group.digests, digest)) group.digests.push_back(digest);
  }
  const bool odd = std::any_of(digests.begin(), digests.end(), [&](const std::string& digest) {
    return digest != group.digests.front();
  });
  if (odd) group.odd.push_back(cell);
}

// The widest difference of outputs from one.
OutputDifference widest(const KeptOutput& from, const std::vector<std::string>& digests,
                        const std::function<KeptOutput(const std::string& digest)>& read) {
  OutputDifference difference;
  for (const std::string& digest : digests) {
    const KeptOutput other = read(digest);
    difference.widen(
        {compare_rows(from.rows, other.rows), compare_vectors(from.arrays, other.arrays)});
  }
  return difference;
}

}  // namespace

void OutputDifference::widen(const OutputDifference& other) {
  if (!scores) {
    scores = other.scores;
  } else if (other.scores) {
    scores->largest = std::max(scores->largest, other.scores->largest);
    scores->rows = std::min(scores->rows, other.scores->rows);
    scores->rows_alone = std::max(scores->rows_alone, other.scores->rows_alone);
  }
  if (!vectors) {
    vectors = other.vectors;
  } else if (other.vectors) {
    vectors->largest = std::max(vectors->largest, other.vectors->largest);
    vectors->smallest_cosine = std::min(vectors->smallest_cosine, other.vectors->smallest_cosine);
    vectors->vectors = std::min(vectors->vectors, other.vectors->vectors);
    vectors->vectors_alone = std::max(vectors->vectors_alone, other.vectors->vectors_alone);
  }
}

std::optional<ScoreDifference> compare_rows(const std::string& one, const std::string& other) {
  const auto a = scores_of(one);
  const auto b = scores_of(other);
  if (a.empty() && b.empty()) return std::nullopt;
  ScoreDifference difference;
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (left->first == right->first) {
      const double distance = std::abs(left->second - right->second);
      if (std::isfinite(distance)) difference.largest = std::max(difference.largest, distance);
      ++difference.rows;
      ++left;
      ++right;
      continue;
    }
    ++difference.rows_alone;
    left->first < right->first ? ++left : ++right;
  }
  difference.rows_alone += std::distance(left, a.end()) + std::distance(right, b.end());
  return difference;
}

std::map<std::string, std::string> result_settings(const Cell& cell) {
  std::map<std::string, std::string> settings;
  for (const Setting& one : cell.settings) {
    if (shapes_output(one.key)) settings[one.key] = one.value.text;
  }
  return settings;
}

std::vector<OutputGroup> compare_outputs(
    const Grid& grid, const std::vector<std::vector<std::string>>& digests,
    const std::function<KeptOutput(const std::string& digest)>& read) {
  std::vector<OutputGroup> groups;
  const auto add = [&](std::size_t cell) {
    if (digests[cell].empty()) return;
    add_cell(cell, digests[cell], group_of(groups, grid.cells[cell]));
  };
  add(grid.baseline);
  for (std::size_t cell = 0; cell < grid.cells.size(); ++cell) {
    if (cell != grid.baseline) add(cell);
  }
  std::optional<KeptOutput> first;
  for (OutputGroup& group : groups) {
    const std::string& first_digest = groups.front().digests.front();
    if (!group.bytes_equal()) {
      group.within = widest(read(group.digests.front()),
                            {group.digests.begin() + 1, group.digests.end()}, read);
    }
    if (&group != &groups.front()) {
      if (!first) first = read(first_digest);
      group.from_first = widest(*first, group.digests, read);
    }
  }
  return groups;
}

}  // namespace rookery
