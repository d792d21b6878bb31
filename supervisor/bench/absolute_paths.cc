#include "supervisor/bench/absolute_paths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "supervisor/bench/config_nodes.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

bool takes_paths(const std::string& name) {
  return std::ranges::any_of(config_keys(),
                             [&](const ConfigKey& key) { return key.name == name && key.is_path; });
}

// An empty one stands for none.
std::string absolute_path(const std::string& text) {
  std::error_code code;
  const auto whole = std::filesystem::absolute(decode_key(text), code);
  return text.empty() || code ? text : encode_key(whole.native());
}

std::string absolute_yaml(const YAML::Node& node) {
  if (node.IsScalar()) return yaml_scalar(absolute_path(node.Scalar()));
  if (!node.IsSequence()) return flow_yaml(node);
  std::vector<std::string> parts;
  for (const YAML::Node& part : node) parts.push_back(absolute_yaml(part));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

}  // namespace

std::vector<Setting> with_absolute_paths(std::vector<Setting> settings) {
  for (Setting& setting : settings) {
    if (setting.value.yaml.empty() || !takes_paths(setting.key)) continue;
    setting.value.yaml = absolute_yaml(YAML::Load(setting.value.yaml));
  }
  return settings;
}

}  // namespace rookery
