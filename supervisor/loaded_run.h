// What a run is, once its configuration and cards have been read and checked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/run_config.h"
#include "supervisor/postprocess/word_list.h"

namespace rookery {

// One output: of one model, or of an ensemble, whose cards agree in segments, output and labels.
struct LoadedOutput {
  RunConfig config;    // with the first card's own defaults
  std::string folder;  // config.out, or one in it if there are several outputs
  std::vector<ModelCard> cards;
  std::shared_ptr<const WordList> word_list = nullptr;  // null: any word

  const ModelCard& card() const { return cards.front(); }
};

// At least one output. Their configurations differ in what their cards set.
struct LoadedRun {
  std::vector<LoadedOutput> outputs;

  const RunConfig& config() const { return outputs.front().config; }
};

}  // namespace rookery
