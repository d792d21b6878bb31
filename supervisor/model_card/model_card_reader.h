// Reads a model directory's card (model.yaml) and labels. Strict: unknown keys and values out of
// range are errors of stage "model" that name the card, the key, the value and what is allowed.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/model_card.h"
#include "rookery/result.h"

namespace rookery {

struct LoadedCard {
  ModelCard card;
  // The model's own defaults of configuration keys (post-processing, batch), checked: for
  // apply_config_yaml(), before the user's config. Empty if the card has none.
  std::string config_yaml;
  // What `rookery prepare` recorded, as YAML; empty if nothing.
  std::string prepared_yaml;
};

// Bytes of the model's file, or of all files of a package.
std::uintmax_t model_bytes(const ModelCard& card);

// Reads card and labels and checks that the model file is there. Does not open the model file.
Result<LoadedCard> read_model_card(const std::string& directory);

}  // namespace rookery
