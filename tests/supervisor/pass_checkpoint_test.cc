// A pass that goes on from a checkpoint, in bytes as the journal keeps it, gives what one that was
// never cut off gives: every kind of post-processing, cut anywhere.
#include "supervisor/pass_checkpoint.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "supervisor/model_pass.h"

namespace rookery {
namespace {

constexpr std::int32_t kRate = 100;
constexpr std::int64_t kSamples = std::int64_t{60} * kRate;

struct Kind {
  const char* name;
  OutputType output;
  PostprocessConfig config = {};
};

PostprocessConfig smoothed() {
  PostprocessConfig config;
  config.smooth_segments = 5;
  config.merge_gap_seconds = 2;
  return config;
}

PostprocessConfig with_gaps() {
  PostprocessConfig config;
  config.min_gap_seconds = 0.5;
  config.min_duration_seconds = 0.3;
  config.threshold_off = 0.2;
  return config;
}

PostprocessConfig with_beams() {
  PostprocessConfig config;
  config.decoder = CtcDecoder::kBeam;
  config.beam_width = 4;
  return config;
}

std::vector<Kind> kinds() {
  return {{"tags", OutputType::kTags},
          {"smoothed tags", OutputType::kTags, smoothed()},
          {"frames", OutputType::kFrames, with_gaps()},
          {"greedy", OutputType::kCtc},
          {"beam", OutputType::kCtc, with_beams()},
          {"embedding", OutputType::kEmbedding}};
}

WorkShape shape_of(const Kind& kind) {
  WorkShape shape;
  shape.card.output = kind.output;
  shape.card.geometry = {kRate, kRate, kRate, 0, 0, 10, Tail::kShift};
  shape.card.labels = {"_", "a", "b", " "};
  shape.card.ctc.blank = 0;
  shape.card.ctc.word_delimiter = 3;
  shape.results.batch_size = 4;
  shape.results.postprocess = kind.config;
  shape.max_unreleased_segments = 1000;
  shape.samples_per_frame = 10;
  return shape;
}

std::vector<FrameScore> scores_of_frame(const Kind& kind, std::int64_t frame,
                                        std::mt19937& random) {
  std::uniform_real_distribution<float> chance(0.01F, 1.0F);
  std::vector<FrameScore> scores;
  const bool greedy = kind.output == OutputType::kCtc && kind.config.decoder == CtcDecoder::kGreedy;
  if (greedy) return {{frame, static_cast<std::int32_t>(random() % 4), chance(random)}};
  for (std::int32_t label = 0; label < 4; ++label) {
    if (random() % 3 != 0) scores.push_back({frame, label, chance(random)});
  }
  return scores;
}

// A worker's answer: a pure function of kind, segment and seed.
ModelScores answer(const Kind& kind, const ModelWork& work, unsigned seed) {
  ModelScores scores{work.pass, {}, {}, std::nullopt};
  for (const Batch& batch : work.batches) {
    for (const Segment& segment : batch.segments) {
      std::mt19937 random(seed + static_cast<unsigned>(segment.index));
      SegmentScores of_segment{segment.index, {}};
      const bool in_frames = kind.output == OutputType::kFrames || kind.output == OutputType::kCtc;
      const std::int64_t first = in_frames ? segment.owned_begin / 10 : segment.index;
      const std::int64_t end = in_frames ? (segment.owned_end + 9) / 10 : segment.index + 1;
      for (std::int64_t frame = first; frame < end; ++frame) {
        for (const FrameScore& score : scores_of_frame(kind, frame, random)) {
          of_segment.scores.push_back(score);
        }
      }
      scores.segments.push_back(std::move(of_segment));
      scores.state = {static_cast<float>(segment.index)};
    }
  }
  return scores;
}

class Passes {
 public:
  Passes(const Kind& kind, std::int64_t samples, unsigned seed)
      : kind_(kind),
        properties_{samples, kRate, 1, "made up", std::nullopt},
        shape_(shape_of(kind)),
        seed_(seed) {}

  // The rows of a pass that is cut off after every `tasks` tasks.
  std::vector<Detection> rows(int tasks) {
    std::vector<Detection> rows;
    ModelPass pass({}, properties_, shape_);
    for (int done = 0; !pass.exhausted(); ++done) {
      if (done > 0 && done % tasks == 0) pass = resumed(pass);
      append(rows, pass.add(answer(kind_, pass.next_work({3}), seed_)).detections);
    }
    append(rows, pass.finish());
    std::ranges::stable_sort(rows, in_row_order);
    return rows;
  }

 private:
  ModelPass resumed(const ModelPass& pass) {
    ModelPass next({}, properties_, shape_);
    const auto checkpoint = decode_checkpoint(encode(pass.checkpoint()));
    EXPECT_TRUE(checkpoint.ok());
    EXPECT_EQ(checkpoint.value(), pass.checkpoint());
    EXPECT_TRUE(next.resume(checkpoint.value()));
    EXPECT_EQ(next.released(), pass.released());
    return next;
  }
  static void append(std::vector<Detection>& rows, const std::vector<Detection>& more) {
    rows.insert(rows.end(), more.begin(), more.end());
  }

  Kind kind_;
  RecordingProperties properties_;
  WorkShape shape_;
  unsigned seed_;
};

RC_GTEST_PROP(PassCheckpoint, LosesNothingWhereverAPassOfAnyKindIsCutOff, ()) {
  const auto samples = *rc::gen::inRange<std::int64_t>(0, kSamples);
  const auto seed = *rc::gen::arbitrary<unsigned>();
  const int tasks = *rc::gen::inRange(1, 5);
  for (const Kind& kind : kinds()) {
    Passes passes(kind, samples, seed);
    RC_ASSERT(passes.rows(tasks) == passes.rows(1'000'000));
  }
}

TEST(PassCheckpoint, OfAnotherPlaceModelOrFileIsRefusedAndThePassBeginsAnew) {
  const RecordingProperties properties{kSamples, kRate, 1, "made up", std::nullopt};
  for (const Kind& kind : kinds()) {
    const WorkShape shape = shape_of(kind);
    ModelPass pass({}, properties, shape);
    PassCheckpoint sound = pass.checkpoint();
    PassCheckpoint inside_a_batch = sound;
    inside_a_batch.next_segment = 3;
    EXPECT_FALSE(pass.resume(inside_a_batch)) << kind.name;
    PassCheckpoint beyond = sound;
    beyond.next_segment = 64;
    EXPECT_FALSE(pass.resume(beyond)) << kind.name;
    PassCheckpoint before = sound;
    before.next_segment = -4;
    EXPECT_FALSE(pass.resume(before)) << kind.name;
    EXPECT_EQ(pass.checkpoint(), sound) << kind.name;
  }
}

TEST(PassCheckpoint, WithLabelsThatTheModelDoesNotHaveIsRefused) {
  const RecordingProperties properties{kSamples, kRate, 1, "made up", std::nullopt};
  for (const Kind& kind : kinds()) {
    if (kind.output == OutputType::kEmbedding) continue;
    const WorkShape shape = shape_of(kind);
    ModelPass pass({}, properties, shape);
    PassCheckpoint strange = pass.checkpoint();
    strange.postprocessor.open = {{4, 0, 10, 0.5F}};
    strange.postprocessor.word = {{4, 0, 10, 0.5F}};
    EXPECT_FALSE(pass.resume(strange)) << kind.name;
  }
}

// Found by fuzzing, and beside what it found: overflows, looks beyond a list's end.
TEST(PassCheckpoint, OfStatesThatCannotBeIsRefused) {
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
  constexpr double never = -std::numeric_limits<double>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const RecordingProperties properties{kSamples, kRate, 1, "made up", std::nullopt};
  const auto expect_refusal = [&](const Kind& kind, const auto& spoil) {
    const WorkShape shape = shape_of(kind);
    ModelPass pass({}, properties, shape);
    PassCheckpoint strange = pass.checkpoint();
    spoil(strange.postprocessor);
    EXPECT_FALSE(pass.resume(strange)) << kind.name;
  };
  for (const Kind& kind : kinds()) {
    if (kind.output != OutputType::kTags && kind.output != OutputType::kFrames) continue;
    expect_refusal(kind, [](auto& state) { state.open = {{1, -far, 10, 0.5F}}; });
    expect_refusal(kind, [](auto& state) { state.open = {{1, 10, far, 0.5F}}; });
    if (kind.config.smooth_segments == 1) continue;
    expect_refusal(kind, [&](auto& state) { state.neighbours = {{{}, {nan, 0, 0, 0}}}; });
  }
  const Kind greedy{"greedy", OutputType::kCtc};
  expect_refusal(greedy, [](auto& state) { state.token = TimedToken{1, 0, far, 0.5F}; });
  expect_refusal(greedy, [](auto& state) { state.word = {{1, -1, 2, 0.5F}}; });
  const Kind beam{"beam", OutputType::kCtc, with_beams()};
  expect_refusal(beam, [](auto& state) { state.beams = {{{1}, -1, -1, -1, {{9, 0, 1, 0.5F}}}}; });
  expect_refusal(beam, [](auto& state) { state.beams = {{{}, never, never, 0, {}}}; });
  expect_refusal(beam, [](auto& state) { state.beams = {{{}, -1, never, never, {}}}; });
  expect_refusal(beam, [](auto& state) { state.beams[0].blank = 1e300; });
}

TEST(PassCheckpoint, ThatIsDamagedIsAnError) {
  PassCheckpoint checkpoint;
  checkpoint.postprocessor.open = {{1, 2, 3, 0.5F}};
  const std::string bytes = encode(checkpoint);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_checkpoint(bytes.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_checkpoint(bytes + "x").ok());
  EXPECT_TRUE(decode_checkpoint(bytes).ok());
}

}  // namespace
}  // namespace rookery
