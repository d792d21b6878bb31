// How much audio a bench makes for a cell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"
#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cells.h"
#include "supervisor/bench/generated_audio.h"

namespace rookery {

// What is asked for, whatever the cell.
AudioOrder audio_order(const GeneratedAudio& audio);

// The same for a model and a batch size where lengths are told in batches: the length asked for, or
// that of the batches if it is more.
AudioOrder audio_order(const GeneratedAudio& audio, const SegmentGeometry& geometry,
                       std::int32_t batch_size);

// Reads the card of the cell's first model if it has to. `settings` are run_settings() of the cell.
Result<AudioOrder> audio_of_cell(const GeneratedAudio& audio, const std::vector<Setting>& settings);

// The recordings of a cell: those of the config, or some that are made below `folder` unless they
// are there.
Result<std::vector<std::string>> inputs_of(const BenchConfig& config, const Cell& cell,
                                           const std::string& folder,
                                           const std::function<bool()>& stop);

}  // namespace rookery
