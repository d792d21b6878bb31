// Run-config keys and values as they stand in a bench config.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "supervisor/bench/bench_config.h"

namespace rookery {

// Any node as YAML on one line; a mapping that holds itself is cut.
std::string flow_yaml(const YAML::Node& node);

// null means that the key is left unset; its text is "unset".
KeyValue key_value(const YAML::Node& node);

// Nested maps as settings with dotted names. Precondition: a map.
std::vector<Setting> flat_settings(const YAML::Node& map);

}  // namespace rookery
