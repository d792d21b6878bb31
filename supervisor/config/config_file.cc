#include "supervisor/config/config_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/config/config_keys.h"
#include "supervisor/config/text_file.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

std::string heading(KeyGroup group) {
  switch (group) {
    case KeyGroup::kWhat:
      return "# What is run on what.";
    case KeyGroup::kResults:
      return "# What shapes results. An output folder is bound to these values.";
    case KeyGroup::kSpeed:
      return "# What shapes speed and cost only.";
    case KeyGroup::kOperating:
      return "# When a run ends, what it does again, what it tells others.";
  }
  return "";
}

std::string section_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string entry(const ConfigKey& key, const RunConfig& config) {
  const std::string section = section_of(key.name);
  const std::string indent = section.empty() ? "" : "  ";
  const std::string last_part = section.empty() ? key.name : key.name.substr(section.size() + 1);
  return fmt::format("{0}# {1} ({2})\n{0}{3}: {4}\n", indent, key.help, key.allowed, last_part,
                     key.print(config));
}

}  // namespace

Status apply_config_yaml(RunConfig& config, const std::string& text, const std::string& where) {
  const Result<YAML::Node> document = parse_yaml(text, "config", where);
  if (!document.ok()) return document.error();
  return set_node(config, "", *document, where);
}

Status apply_config_file(RunConfig& config, const std::string& path) {
  const Result<std::string> text = read_text_file(path, "config");
  if (!text.ok()) return text.error();
  return apply_config_yaml(config, *text, path);
}

std::string to_yaml(const RunConfig& config) {
  std::string yaml = "# A configuration of rookery run, as --config takes it.\n";
  std::string section;
  const ConfigKey* last = nullptr;
  for (const ConfigKey& key : config_keys()) {
    if (last == nullptr || last->group != key.group) yaml += "\n" + heading(key.group) + "\n\n";
    if (section_of(key.name) != section) {
      section = section_of(key.name);
      if (!section.empty()) yaml += section + ":\n";
    }
    yaml += entry(key, config);
    last = &key;
  }
  return yaml;
}

}  // namespace rookery
