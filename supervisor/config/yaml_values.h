// Strict readers of YAML scalars, and their printer. A reader gives nullopt for whatever is not
// exactly of its kind (8.0 and 010 are no decimal whole numbers as meant here: the one is refused,
// the other is 10).
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/result.h"

namespace rookery {

std::optional<std::string> as_text(const YAML::Node& node);  // any scalar but null
std::optional<std::int64_t> as_whole_number(const YAML::Node& node);
std::optional<double> as_finite_number(const YAML::Node& node);
std::optional<bool> as_boolean(const YAML::Node& node);

// The value for an error message: one line, shortened.
std::string shown(const YAML::Node& node);

// "name: value is not allowed; it takes …", or that it is reserved for a later release.
std::string refusal(const std::string& name, const YAML::Node& value, const std::string& allowed,
                    const std::vector<std::string>& reserved);

// `text` as a YAML scalar on one line, quoted where it must be. Precondition: valid UTF-8.
std::string yaml_scalar(std::string_view text);

// The one document that `text` holds (null if empty). The error's reason begins with `where` and
// the line.
Result<YAML::Node> parse_yaml(const std::string& text, const std::string& stage,
                              const std::string& where);

// "where:line: " of a node, or "" if `where` is empty.
std::string location(const std::string& where, const YAML::Node& node);

}  // namespace rookery
