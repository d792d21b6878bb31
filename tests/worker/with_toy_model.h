// A toy model and a recording for it, in a folder of their own.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "tests/worker/test_recordings.h"
#include "tests/worker/toy_models.h"

namespace rookery::testing {

struct Mode {
  EngineKind engine;
  StartKind start;
  WeightsKind weights;
};

// As part of a test's name.
inline std::string name_of(const Mode& mode) {
  return std::string(mode.engine == EngineKind::kThreads ? "threads" : "processes") +
         (mode.start == StartKind::kSpawn ? "_spawn" : "_fork") +
         (mode.weights == WeightsKind::kShared ? "_shared" : "_private");
}

class WithToyModel {
 public:
  WithToyModel() {
    toy_tagger().save(folder_.file("model.pt"));
    signal_ = test_signal(10 * kToySamples, 1);
    write_recording(folder_.file("a.wav"), {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 8000},
                    signal_);
  }

  WorkerSettings settings(const Mode& mode) const {
    WorkerSettings settings = toy_settings(folder_.file("model.pt"));
    settings.engine = mode.engine;
    settings.start = mode.start;
    settings.weights = mode.weights;
    return settings;
  }
  Recording recording() const { return {0, "a.wav", folder_.file("a.wav")}; }

  // Batches of 4, 4 and 2 rows: all windows, one after another.
  Task task(TaskId id, const RecordingProperties& properties) const {
    Task task{id, recording(), properties, {{}}};
    ModelWork& work = task.parts.front();
    for (std::int64_t first = 0; first < 10; first += 4) {
      Batch& batch = work.batches.emplace_back();
      for (std::int64_t i = first; i < std::min<std::int64_t>(first + 4, 10); ++i) {
        batch.segments.push_back({i, i * kToySamples, (i + 1) * kToySamples, i * kToySamples,
                                  i * kToySamples, (i + 1) * kToySamples});
      }
    }
    return task;
  }

  double expected_score(std::int64_t segment, std::int64_t label) const {
    const auto weights = toy_weights();
    double sum = 0;
    for (std::int64_t i = 0; i < kToySamples; ++i) {
      const auto at = static_cast<std::size_t>(segment * kToySamples + i);
      sum += static_cast<double>(signal_[at]) *
             static_cast<double>(weights.const_data_ptr<float>()[i * kToyLabels + label]);
    }
    return 1.0 / (1.0 + std::exp(-sum));
  }

 private:
  TemporaryFolder folder_;
  std::vector<float> signal_;
};

}  // namespace rookery::testing
