// The `output` section of a model card: what the model gives.
#pragma once

#include <string>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"
#include "supervisor/model_card/card_map.h"

namespace rookery {

// Tokens as the card names them, by their text in the labels file.
struct CtcTokenNames {
  std::string blank;
  std::string word_delimiter;  // "": none
  std::vector<std::string> silent;
};

// Fills in everything of the card that stands in `output`; tokens come back by name. Errors go to
// the map's CardErrors.
CtcTokenNames read_output(CardMap output, ModelCard& card);

// Finds the tokens among the card's labels. Error stage "model": a name that is not there.
Status resolve_tokens(const CtcTokenNames& names, const std::string& card_path, ModelCard& card);

}  // namespace rookery
