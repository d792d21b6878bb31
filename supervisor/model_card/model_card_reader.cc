#include "supervisor/model_card/model_card_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "supervisor/config/config_keys.h"
#include "supervisor/config/text_file.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/model_card/card_labels.h"
#include "supervisor/model_card/card_map.h"
#include "supervisor/model_card/card_output.h"
#include "supervisor/model_card/card_sections.h"
#include "supervisor/model_card/card_words.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

const std::string kStage = "model";
const std::string kDirectoryRemedy =
    "--model takes a directory that holds model.yaml, the model file and its labels; see "
    "docs/model-cards.md";

// What a state that is handed on asks of the segments: each goes on where the one before ended.
void check_carried_state(CardMap& card, const SegmentGeometry& geometry) {
  const auto refuse = [&card](const std::string& reason) { card.report("state", reason); };
  if (geometry.hop != geometry.window) {
    refuse("carry takes segments without overlap; leave segment.hop out");
  } else if (geometry.context_left != 0 || geometry.context_right != 0) {
    refuse("carry takes no context: what came before is in the state");
  } else if (geometry.tail != Tail::kPad) {
    refuse("carry needs segment.tail: pad, so that the last segment, too, goes on from the state");
  }
}

void read_protocol(CardMap& map, ModelCard& card) {
  card.carries_state = map.get("state", choice<bool>({{"none", false}, {"carry", true}}), false);
  card.takes_lengths = map.get("lengths", boolean(), false);
  if (card.carries_state) check_carried_state(map, card.geometry);
}

Status require_regular_file(const std::string& path, const std::string& what) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::regular) return Done{};
  if (status.type() == fs::file_type::not_found) {
    return Error{kStage, fmt::format("{}: {} does not exist", path, what), kDirectoryRemedy};
  }
  if (error) return Error{kStage, fmt::format("{}: {}", path, error.message()), kDirectoryRemedy};
  return Error{kStage, fmt::format("{}: {} is no regular file", path, what), kDirectoryRemedy};
}

// A file of the model directory: what stands there, read whole.
Result<std::string> read_model_text(const std::string& path, const std::string& what) {
  const Status present = require_regular_file(path, what);
  if (!present.ok()) return present.error();
  return read_text_file(path, kStage);
}

// The keys of `postprocess` are the configuration's own, so the configuration checks and prints
// them.
std::string read_postprocess(const YAML::Node& node, CardErrors& errors) {
  if (!node.IsDefined()) return "";
  RunConfig config;
  const Status status = set_node(config, "postprocess", node, errors.card_path);
  if (!status.ok()) {
    if (!errors.first) errors.first = Error{kStage, status.error().reason, ""};
    return "";
  }
  std::string yaml;
  for (const ConfigKey& key : config_keys()) {
    const std::string prefix = "postprocess.";
    if (!key.name.starts_with(prefix) || !node[key.name.substr(prefix.size())].IsDefined())
      continue;
    yaml += fmt::format("{}: {}\n", key.name, key.print(config));
  }
  return yaml;
}

// For people to read: nothing depends on it.
std::string read_prepared(const YAML::Node& node) {
  if (!node.IsDefined()) return "";
  YAML::Emitter emitter;
  emitter << node;
  return emitter.c_str();
}

// What the card itself says; names of the labels file are yet to be found there.
struct CardText {
  LoadedCard loaded;
  std::string labels_file;  // "" for an embedding
  CtcTokenNames tokens;
};

CardText read_card(const YAML::Node& document, CardErrors& errors) {
  CardText read;
  ModelCard& card = read.loaded.card;
  CardMap map(document, "", errors);
  card.name = map.require("name", text());
  card.file = map.require("file", text());
  card.geometry = read_geometry(map);
  read_protocol(map, card);
  card.front_end = read_front_end(map.map("front_end"), card.geometry);
  read.tokens = read_output(map.map("output"), card);
  if (card.output != OutputType::kEmbedding) read.labels_file = map.require("labels", text());
  read.loaded.config_yaml = read_postprocess(map.take("postprocess"), errors);
  if (map.has("tolerance")) card.tolerance = map.get("tolerance", real_number(0, 1), 0.0);
  if (map.has("batch")) {
    const auto rows = map.get("batch", whole_number<std::int32_t>(1, 4096), 1);
    read.loaded.config_yaml += fmt::format("batch.size: {}\n", rows);
  }
  read.loaded.prepared_yaml = read_prepared(map.take("prepared"));
  map.refuse_unknown_keys();
  return read;
}

Status read_labels(const CardText& text, const fs::path& folder, ModelCard& card) {
  if (text.labels_file.empty()) return Done{};
  const std::string path = (folder / text.labels_file).string();
  const Result<std::string> lines = read_model_text(path, "the labels file");
  if (!lines.ok()) return lines.error();
  Result<std::vector<std::string>> labels = parse_labels(*lines, path);
  if (!labels.ok()) return labels.error();
  card.labels = std::move(*labels);
  return resolve_tokens(text.tokens, (folder / "model.yaml").string(), card);
}

Status check_model_file(const std::string& path) {
  const bool package = path.ends_with(".pt2");
  std::error_code ignored;
  if (!package || !fs::exists(path, ignored)) return require_regular_file(path, "the model file");
  if (fs::is_directory(path, ignored)) return Done{};
  return Error{kStage, path + " is a packed package, which would be unpacked at every start",
               "make a folder of that name and unzip the package into it, or use rookery prepare "
               "--format aoti"};
}

}  // namespace

std::uintmax_t model_bytes(const ModelCard& card) {
  if (!fs::is_directory(card.file)) return fs::file_size(card.file);
  std::uintmax_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(card.file)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

Result<LoadedCard> read_model_card(const std::string& directory) {
  const fs::path folder(directory);
  CardErrors errors{(folder / "model.yaml").string(), std::nullopt};
  const Result<std::string> text = read_model_text(errors.card_path, "the model card");
  if (!text.ok()) return text.error();
  const Result<YAML::Node> document = parse_yaml(*text, kStage, errors.card_path);
  if (!document.ok()) return document.error();

  CardText card_text = read_card(*document, errors);
  if (errors.first) return *errors.first;

  LoadedCard loaded = std::move(card_text.loaded);
  loaded.card.directory = directory;
  loaded.card.file = (folder / loaded.card.file).string();
  if (const Status model = check_model_file(loaded.card.file); !model.ok()) return model.error();
  if (const Status labels = read_labels(card_text, folder, loaded.card); !labels.ok()) {
    return labels.error();
  }
  return loaded;
}

}  // namespace rookery
