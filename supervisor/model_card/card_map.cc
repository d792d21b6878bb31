#include "supervisor/model_card/card_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "supervisor/config/nearest_name.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

bool is_map(const YAML::Node& node) { return node.IsDefined() && node.IsMap(); }

}  // namespace

void CardErrors::report(const YAML::Node& node, const std::string& reason,
                        const std::string& remedy) {
  if (first) return;
  const std::string where = node.IsDefined() ? location(card_path, node) : card_path + ": ";
  first = Error{"model", where + reason, remedy};
}

void CardErrors::report_absent(const YAML::Node& node, const std::string& reason) {
  if (!first) first_is_absence = true;
  report(node, reason);
}

void CardErrors::report_unknown(const YAML::Node& node, const std::string& reason) {
  if (std::exchange(first_is_absence, false)) first.reset();
  report(node, reason);
}

CardMap::CardMap(const YAML::Node& node, std::string name, CardErrors& errors)
    : node_(is_map(node) ? node : YAML::Node(YAML::NodeType::Map)),
      name_(std::move(name)),
      errors_(errors) {
  if (is_map(node)) return;
  const std::string subject = name_.empty() ? "the card" : name_;
  if (node.IsDefined()) {
    errors_.report(node, refusal(subject, node, "a map", {}));
  } else {
    errors_.report_absent(node, subject + ": is missing; it takes a map");
  }
}

bool CardMap::has(const std::string& key) const {
  const YAML::Node& map = node_;
  return map[key].IsDefined();
}

YAML::Node CardMap::take(const std::string& key) {
  known_.push_back(key);
  const YAML::Node& map = node_;  // operator[] of a const node adds nothing
  return map[key];
}

void CardMap::report(const std::string& key, const std::string& reason) {
  errors_.report(take(key), full_name(key) + ": " + reason);
}

void CardMap::refuse_unknown_keys() {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = as_text(entry.first).value_or("");
    if (!seen.insert(key).second) {
      errors_.report(entry.first, full_name(key) + ": given twice");
    } else if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      errors_.report_unknown(entry.first, fmt::format("{}: there is no such key; the nearest is {}",
                                                      full_name(encode_key(key)),
                                                      full_name(nearest_name(key, known_))));
    }
  }
}

std::string CardMap::full_name(const std::string& key) const {
  return name_.empty() ? key : name_ + "." + key;
}

void CardMap::report_absent(const std::string& key, const std::string& allowed) {
  errors_.report_absent(node_, fmt::format("{}: is missing; it takes {}", full_name(key), allowed));
}

void CardMap::report_refused(const std::string& key, const YAML::Node& node,
                             const std::string& allowed, const std::vector<std::string>& reserved) {
  errors_.report(node, refusal(full_name(key), node, allowed, reserved));
}

}  // namespace rookery
