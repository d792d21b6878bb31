#include "tests/fuzz/example_pass.h"

#include <utility>

namespace rookery::fuzz {
namespace {

constexpr std::int32_t kRate = 100;
constexpr std::int64_t kFrameSamples = 10;
constexpr std::int64_t kSegments = 12;

WorkShape shape_of(OutputType output, const PostprocessConfig& config) {
  WorkShape shape;
  shape.card.output = output;
  shape.card.geometry = {kRate, kRate, kRate, 0, 0, kFrameSamples, Tail::kShift};
  shape.card.labels = {"_", "a", "b", " "};
  shape.card.ctc.word_delimiter = 3;
  shape.card.dimensions = 2;
  shape.results.batch_size = 2;
  shape.results.postprocess = config;
  shape.samples_per_frame = kFrameSamples;
  shape.max_unreleased_segments = kSegments;
  return shape;
}

std::vector<WorkShape> make_shapes() {
  PostprocessConfig smoothed;
  smoothed.smooth_segments = 5;
  smoothed.merge_gap_seconds = 2;
  PostprocessConfig with_gaps;
  with_gaps.min_gap_seconds = 0.5;
  with_gaps.min_duration_seconds = 0.3;
  PostprocessConfig with_beams;
  with_beams.decoder = CtcDecoder::kBeam;
  with_beams.beam_width = 4;
  return {shape_of(OutputType::kTags, {}),     shape_of(OutputType::kTags, smoothed),
          shape_of(OutputType::kFrames, {}),   shape_of(OutputType::kFrames, with_gaps),
          shape_of(OutputType::kCtc, {}),      shape_of(OutputType::kCtc, with_beams),
          shape_of(OutputType::kEmbedding, {})};
}

bool tells_frames(const ModelCard& card) {
  return card.output == OutputType::kFrames || card.output == OutputType::kCtc;
}

bool tells_one_label(const WorkShape& shape) {
  return shape.card.output == OutputType::kCtc &&
         shape.results.postprocess.decoder == CtcDecoder::kGreedy;
}

SegmentScores scores_of(const Segment& segment, const WorkShape& shape) {
  SegmentScores scores{segment.index, {}};
  const bool frames = tells_frames(shape.card);
  const std::int64_t first = frames ? segment.owned_begin / kFrameSamples : segment.index;
  const std::int64_t end = frames ? segment.owned_end / kFrameSamples : first + 1;
  for (std::int64_t frame = first; frame < end; ++frame) {
    const auto likeliest = static_cast<std::int32_t>(frame * 7 / 3 % shape.card.output_width());
    for (std::int32_t label = 0; label < shape.card.output_width(); ++label) {
      if (label == likeliest || !tells_one_label(shape)) {
        scores.scores.push_back({frame, label, label == likeliest ? 0.75F : 0.0625F});
      }
    }
  }
  return scores;
}

}  // namespace

const std::vector<WorkShape>& example_shapes() {
  static const std::vector<WorkShape> kShapes = make_shapes();
  return kShapes;
}

ModelPass example_pass(const WorkShape& shape) {
  return {{}, {kSegments * kRate, kRate, 1, "WAV", std::nullopt}, shape};
}

void go_on(ModelPass& pass, const WorkShape& shape) {
  ModelScores scores;
  for (const Batch& batch : pass.next_work({1}).batches) {
    for (const Segment& segment : batch.segments) {
      scores.segments.push_back(scores_of(segment, shape));
    }
  }
  static_cast<void>(pass.add(std::move(scores)));
}

}  // namespace rookery::fuzz
