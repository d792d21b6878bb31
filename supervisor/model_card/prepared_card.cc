#include "supervisor/model_card/prepared_card.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "supervisor/config/text_file.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

YAML::Node flow_map() {
  YAML::Node map(YAML::NodeType::Map);
  map.SetStyle(YAML::EmitterStyle::Flow);
  return map;
}

YAML::Node to_yaml(const PreparedFacts& facts) {
  YAML::Node node(YAML::NodeType::Map);
  node["from"] = flow_map();
  node["from"]["file"] = facts.original_file;
  node["from"]["sha256"] = facts.original_digest;
  node["format"] = facts.format;
  node["precision"] = facts.precision;
  node["steps"] = facts.steps;
  node["steps"].SetStyle(YAML::EmitterStyle::Flow);
  for (const auto& [step, reason] : facts.left_out) node["left_out"][step] = reason;
  node["ms_a_segment"] = flow_map();
  node["ms_a_segment"]["before"] = fmt::format("{:.2f}", facts.before_ms);
  node["ms_a_segment"]["after"] = fmt::format("{:.2f}", facts.after_ms);
  node["batch"] = facts.batch_size;
  node["largest_difference"] = fmt::format("{:.3g}", facts.largest_difference);
  node["probe"] = facts.probe;
  node["libtorch"] = facts.torch_version;
  node["cpu"] = facts.cpu_capability;
  return node;
}

}  // namespace

Result<std::string> prepared_card_text(const std::string& directory, const PreparedCard& prepared) {
  const std::string path = directory + "/model.yaml";
  const Result<std::string> text = read_text_file(path, "model");
  if (!text) return text.error();
  Result<YAML::Node> card = parse_yaml(*text, "model", path);
  if (!card) return card.error();
  (*card)["file"] = prepared.model_file;
  if ((*card)["labels"]) (*card)["labels"] = prepared.labels_file;
  (*card)["tolerance"] = fmt::format("{:g}", prepared.tolerance);
  if (prepared.batch_rows > 0) (*card)["batch"] = prepared.batch_rows;
  (*card)["prepared"] = to_yaml(prepared.facts);
  YAML::Emitter emitter;
  emitter << *card;
  return std::string(emitter.c_str()) + "\n";
}

}  // namespace rookery
