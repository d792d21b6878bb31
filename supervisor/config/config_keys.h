// The table of configuration keys: one descriptor for every field of RunConfig. The command line,
// the config file, OUT/run.yaml, the fingerprint and docs/config.md all read this table.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/result.h"
#include "rookery/run_config.h"

namespace YAML {  // NOLINT(readability-identifier-naming): yaml-cpp names it so
class Node;
}

namespace rookery {

enum class KeyGroup {
  kWhat,       // what is run on what: model, inputs, output folder
  kResults,    // shapes results, enters the fingerprint
  kSpeed,      // shapes speed and cost only
  kOperating,  // when a run ends, what it does again, what it tells others
};

struct ConfigKey {
  std::string name;  // dotted, e.g. "postprocess.threshold"
  KeyGroup group = KeyGroup::kSpeed;
  std::string allowed;  // allowed values in words
  std::string help;     // one line
  // Takes over a value; the Error's reason names key, value and what is allowed.
  std::function<Status(RunConfig&, const YAML::Node&)> parse;
  // The value as one line of YAML that parse() reads back.
  std::function<std::string(const RunConfig&)> print;
  // The value is a map, of which "name.entry" sets one entry.
  bool by_entry = false;
  // The value is a path or a list of paths; a relative one is meant from the current folder.
  bool is_path = false;
};

// All keys, in the order in which run.yaml shows them.
const std::vector<ConfigKey>& config_keys();

// Sets one key, or a group of keys given as a map (`postprocess`, "{threshold: 0.4}"), from YAML
// text. Errors have stage "config" and name key, value and what is allowed; an unknown key names
// the nearest known one. On an error `config` is unchanged.
Status set_key(RunConfig& config, const std::string& name, const std::string& yaml);

// The same for a value that is parsed already; an empty name stands for a whole document. `where`,
// a file's name, stands with the line in front of error messages.
Status set_node(RunConfig& config, const std::string& name, const YAML::Node& value,
                const std::string& where = "");

// Names that `allocator` takes.
const std::vector<std::string>& allocator_names();
// Names that `formats` takes.
const std::vector<std::string>& format_names();

}  // namespace rookery
