// Config files: YAML in, YAML out. Keys may be nested maps or dotted names.
#pragma once

#include <string>

#include "rookery/model_card.h"
#include "rookery/result.h"
#include "rookery/run_config.h"

namespace rookery {

// Sets every key that `text` holds; other fields stay. `where` (a file's name) stands in front of
// error messages, with the line. All or nothing: on an error `config` is unchanged.
Status apply_config_yaml(RunConfig& config, const std::string& text, const std::string& where);

// The same for a file.
Status apply_config_file(RunConfig& config, const std::string& path);

// Every key with its value, as YAML that apply_config_yaml() reads back to an equal RunConfig.
std::string to_yaml(const RunConfig& config);

// What only the merged configuration together with the card can tell: labels that thresholds name,
// thresholds outside an activation's range, an off-threshold above its threshold. Stage "config".
Status check_config(const RunConfig& config, const ModelCard& card);

}  // namespace rookery
