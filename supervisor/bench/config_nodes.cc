#include "supervisor/bench/config_nodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "supervisor/config/config_keys.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

constexpr int kMaxDepth = 8;

std::string in_flow_style(const YAML::Node& node, int depth) {
  if (node.IsScalar()) return yaml_scalar(node.Scalar());
  if (!node.IsDefined() || node.IsNull() || depth == 0) return "null";
  std::vector<std::string> parts;
  for (const auto& part : node) {
    parts.push_back(node.IsMap() ? in_flow_style(part.first, depth - 1) + ": " +
                                       in_flow_style(part.second, depth - 1)
                                 : in_flow_style(part, depth - 1));
  }
  const std::string list = fmt::format("{}", fmt::join(parts, ", "));
  return node.IsMap() ? "{" + list + "}" : "[" + list + "]";
}

// A key whose value is a map of its own, such as thresholds by label.
bool is_key(const std::string& name) {
  const auto& keys = config_keys();
  return name != "environment" && std::any_of(keys.begin(), keys.end(), [&](const ConfigKey& key) {
           return key.name == name;
         });
}

void add_flat(const YAML::Node& map, const std::string& prefix, std::vector<Setting>& settings) {
  for (const auto& entry : map) {
    const std::string name = prefix + as_text(entry.first).value_or("");
    if (entry.second.IsMap() && !is_key(name)) {
      add_flat(entry.second, name + ".", settings);
    } else {
      settings.push_back({name, key_value(entry.second)});
    }
  }
}

}  // namespace

std::string flow_yaml(const YAML::Node& node) { return in_flow_style(node, kMaxDepth); }

KeyValue key_value(const YAML::Node& node) {
  if (node.IsNull()) return {"unset", ""};
  const std::string yaml = flow_yaml(node);
  return {node.IsScalar() ? node.Scalar() : yaml, yaml};
}

std::vector<Setting> flat_settings(const YAML::Node& map) {
  std::vector<Setting> settings;
  add_flat(map, "", settings);
  return settings;
}

}  // namespace rookery
