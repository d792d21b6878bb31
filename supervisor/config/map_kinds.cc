// Kinds of values that are maps.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "supervisor/config/value_kinds.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

// What a loader or the supervisor itself decides.
bool is_reserved(std::string_view name) {
  return name.starts_with("LD_") || name.starts_with("ROOKERY_");
}

bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits) &&
         (name.front() < '0' || name.front() > '9') && !is_reserved(name);
}

std::string flow_map(const std::vector<std::string>& pairs) {
  return fmt::format("{{{}}}", fmt::join(pairs, ", "));
}

}  // namespace

Kind<std::map<std::string, double>> numbers_by_label(double low, double high) {
  using Numbers = std::map<std::string, double>;
  const Kind<double> number = real_number(low, high);
  const auto read = [number](const YAML::Node& node) -> std::optional<Numbers> {
    if (!node.IsMap()) return std::nullopt;
    Numbers numbers;
    for (const auto& pair : node) {
      const auto label = as_text(pair.first);
      const auto value = number.read(pair.second);
      if (!label || !value || !numbers.emplace(*label, *value).second) return std::nullopt;
    }
    return numbers;
  };
  const auto print = [number](const Numbers& numbers) {
    std::vector<std::string> pairs;
    for (const auto& [label, value] : numbers) {
      pairs.push_back(yaml_scalar(label) + ": " + number.print(value));
    }
    return flow_map(pairs);
  };
  return {"a map {label: number, …}, each label once, each " + number.allowed, read, print};
}

Kind<std::map<std::string, std::string>> variables() {
  using Variables = std::map<std::string, std::string>;
  const auto read = [](const YAML::Node& node) -> std::optional<Variables> {
    if (!node.IsMap()) return std::nullopt;
    Variables variables;
    for (const auto& pair : node) {
      const auto name = as_text(pair.first);
      const auto value = as_text(pair.second);
      if (!name || !value || !is_variable_name(*name)) return std::nullopt;
      if (value->find('\0') != std::string::npos) return std::nullopt;
      if (!variables.emplace(*name, *value).second) return std::nullopt;
    }
    return variables;
  };
  const auto print = [](const Variables& variables) {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : variables) pairs.push_back(name + ": " + yaml_scalar(value));
    return flow_map(pairs);
  };
  return {"a map {NAME: value, …} of names other than LD_… and ROOKERY_…", read, print};
}

}  // namespace rookery
