// set_key() and set_node(): values found by name, one by one or in nested maps.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "supervisor/config/config_keys.h"
#include "supervisor/config/nearest_name.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

const ConfigKey* find_key(const std::string& name) {
  const auto& keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

// The key that "name.entry" is an entry of.
const ConfigKey* find_map_of(const std::string& name) {
  const auto& keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& key) {
    return key.by_entry && name.starts_with(key.name + ".");
  });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> names_in_group(const std::string& group) {
  std::vector<std::string> names;
  for (const ConfigKey& key : config_keys()) {
    if (key.name.starts_with(group + ".")) names.push_back(key.name);
  }
  return names;
}

std::string nearest_key(const std::string& name) {
  std::vector<std::string> names;
  for (const ConfigKey& key : config_keys()) names.push_back(key.name);
  return nearest_name(name, names);
}

// Walks nested maps down to keys.
class Setter {
 public:
  Setter(RunConfig& config, const std::string& where) : config_(config), where_(where) {}

  Status set(const std::string& name, const YAML::Node& value) {
    if (const ConfigKey* key = find_key(name)) return set_known(*key, value);
    if (const ConfigKey* map = find_map_of(name)) return set_entry(*map, name, value);
    if (name.empty()) return set_document(value);
    if (names_in_group(name).empty()) return unknown(name, value);
    return set_group(name, value);
  }

 private:
  Status set_known(const ConfigKey& key, const YAML::Node& value) {
    if (!seen_.insert(key.name).second) return error(value, key.name + ": given twice");
    Status status = key.parse(config_, value);
    return status.ok() ? status : error(value, status.error().reason);
  }

  Status set_entry(const ConfigKey& key, const std::string& name, const YAML::Node& value) {
    if (!seen_.insert(name).second) return error(value, name + ": given twice");
    YAML::Node whole = YAML::Load(key.print(config_));
    whole[name.substr(key.name.size() + 1)] = value;
    Status status = key.parse(config_, whole);
    return status.ok() ? status : error(value, refusal(name, value, key.allowed, {}));
  }

  Status set_document(const YAML::Node& document) {
    if (document.IsNull()) return Done{};
    if (document.IsMap()) return set_entries("", document);
    return error(document, "is no map of keys and values");
  }

  Status set_group(const std::string& name, const YAML::Node& value) {
    if (value.IsMap()) return set_entries(name + ".", value);
    return error(value, fmt::format("{}: {} is not allowed; it is a group of keys: {}", name,
                                    shown(value), fmt::join(names_in_group(name), ", ")));
  }

  Status set_entries(const std::string& prefix, const YAML::Node& map) {
    for (const auto& entry : map) {
      const auto name = as_text(entry.first);
      if (!name || name->empty()) return error(entry.first, "a key is empty or no text");
      Status status = set(prefix + *name, entry.second);
      if (!status.ok()) return status;
    }
    return Done{};
  }

  Status unknown(const std::string& name, const YAML::Node& value) {
    return error(value, fmt::format("{}: there is no such key; the nearest is {}", encode_key(name),
                                    nearest_key(name)));
  }

  Status error(const YAML::Node& node, const std::string& reason) {
    return Error{"config", location(where_, node) + reason, ""};
  }

  RunConfig& config_;
  const std::string& where_;
  std::set<std::string> seen_;
};

}  // namespace

Status set_node(RunConfig& config, const std::string& name, const YAML::Node& value,
                const std::string& where) {
  RunConfig changed = config;
  Status status = Setter(changed, where).set(name, value);
  if (status.ok()) config = std::move(changed);
  return status;
}

Status set_key(RunConfig& config, const std::string& name, const std::string& yaml) {
  if (name.empty()) return Error{"config", "a key is empty", "write key=value"};
  const Result<YAML::Node> value = parse_yaml(yaml, "config", name);
  if (!value.ok()) return value.error();
  return set_node(config, name, *value);
}

}  // namespace rookery
