// Recordings, scores and models for the run loop that are pure functions of names and positions.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "supervisor/run_observer.h"
#include "supervisor/work_shape.h"
#include "tests/fakes/fake_pool.h"
#include "tests/fakes/memory_journal.h"

namespace rookery {

inline constexpr std::int32_t kRate = 1000;

class SilentObserver final : public RunObserver {
 public:
  void recording_failed(const Recording&, const std::string&) override { ++failed; }
  void recording_has_gap(const Recording&, const std::string&) override { ++gaps; }
  void worker_died(int, const std::string&) override { ++deaths; }
  void notice(const std::string& what) override { notices.push_back(what); }
  void stopping(const std::string&) override {}
  void tick(const RunSnapshot&) override {}
  int failed = 0;
  int gaps = 0;
  int deaths = 0;
  std::vector<std::string> notices;
};

// One-second segments at 1 kHz, three labels, no merging: rows can be counted.
inline WorkShape shape() {
  WorkShape shape;
  shape.card.geometry = {kRate, kRate, kRate, 0, 0, 1, Tail::kShift};
  shape.card.labels = {"a", "b", "c"};
  shape.results.batch_size = 4;
  shape.results.postprocess.merge = false;
  shape.max_unreleased_segments = 64;
  return shape;
}

// The length in seconds is in the recording's name: "rec-7".
inline std::int64_t seconds_of(const Recording& recording) {
  return std::stoll(recording.path.substr(recording.path.find('-') + 1));
}

inline Result<RecordingProperties> probe(const Recording& recording) {
  if (recording.path.starts_with("bad")) return Error{"probe", "is no audio", ""};
  RecordingProperties properties{seconds_of(recording) * kRate, kRate, 1, "fake", std::nullopt};
  if (recording.path.starts_with("cut")) {
    properties.missing = MissingPart{properties.frames, properties.frames + kRate, "is cut off"};
  }
  return properties;
}

// A pure function of recording and segment.
inline Result<SegmentScores> score(const Task& task, const ModelWork& work,
                                   const Segment& segment) {
  if (task.recording.path.starts_with("nan")) return Error{"decode", "holds NaN", ""};
  SegmentScores scores{segment.index, {}};
  const std::size_t hash =
      std::hash<std::string>()(task.recording.path) + static_cast<std::size_t>(work.pass.model);
  for (std::int32_t label = 0; label < 3; ++label) {
    const auto draw = (hash + static_cast<std::size_t>(segment.index) * 31U +
                       static_cast<std::size_t>(label) * 17U) %
                      10U;
    if (draw >= 5)
      scores.scores.push_back({segment.index, label, static_cast<float>(draw) / 10.0F});
  }
  return scores;
}

inline FakePoolScript script(int slots, unsigned seed) {
  FakePoolScript script;
  script.slots = slots;
  script.seed = seed;
  script.probe = probe;
  script.score = score;
  return script;
}

// Everything that is in a journal, as text in the order of exports.
inline std::string contents(Journal& journal) {
  std::ostringstream text;
  const Status walked = journal.for_each_entry([&](const JournalEntry& entry) {
    text << entry.key << ' ' << static_cast<int>(entry.outcome.state) << '\n';
    for (const auto& fault : entry.outcome.faults) text << "  " << fault.stage << '\n';
    return journal.for_each_detection(entry.id, [&](const Detection& row) {
      text << "  " << row.start_us << ' ' << row.end_us << ' ' << row.label << ' ' << row.score
           << '\n';
      return Status(Done{});
    });
  });
  EXPECT_TRUE(walked.ok());
  return text.str();
}

// The state is how many segments of the recording have been done.
inline FakePoolScript counting(int slots, unsigned seed) {
  FakePoolScript script = rookery::script(slots, seed);
  script.state_after = [](const Task&, const ModelWork& work) {
    return std::vector<float>{static_cast<float>(work.batches.back().segments.back().index + 1)};
  };
  script.score = [](const Task& task, const ModelWork& work,
                    const Segment& segment) -> Result<SegmentScores> {
    const float done = work.state.empty() ? 0.0F : work.state.front();
    const std::int64_t first = work.batches.front().segments.front().index;
    if (static_cast<std::int64_t>(done) != first) return Error{"forward", "a stale state", ""};
    return score(task, work, segment);
  };
  return script;
}

inline WorkShape carrying() {
  WorkShape work = shape();
  work.card.carries_state = true;
  work.card.geometry.tail = Tail::kPad;
  work.results.batch_size = 1;
  return work;
}

}  // namespace rookery
