// What shapes the work of one model on every recording of a run.
#pragma once

#include <cstdint>
#include <memory>

#include "rookery/model_card.h"
#include "rookery/run_config.h"
#include "supervisor/postprocess/word_list.h"

namespace rookery {

struct WorkShape {
  ModelCard card;
  ResultSettings results;
  std::int64_t max_unreleased_segments = 0;
  std::int64_t samples_per_frame = 0;  // of frames and ctc
  std::shared_ptr<const WordList> word_list = nullptr;
};

}  // namespace rookery
