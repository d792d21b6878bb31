#include "worker/model_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rookery {
namespace {

Error wrong_frames(std::int64_t frames, const SegmentGeometry& geometry) {
  const std::int64_t samples = geometry.input_samples();
  const std::string found =
      fmt::format("the model gives {} frames for {} input samples", frames, samples);
  if (frames == 0 || samples % frames != 0) {
    return {"model", fmt::format("{}, which is no whole number of samples a frame", found),
            "choose window and context as a multiple of the model's frame"};
  }
  return {"model",
          fmt::format("{}, the card's frame of {} samples asks for {}", found, geometry.frame,
                      samples / geometry.frame),
          fmt::format("set segment: {{frame: {}}} in the card if that is the model's frame",
                      samples / frames)};
}

}  // namespace

Result<std::int64_t> check_output_shape(std::span<const std::int64_t> shape, std::int64_t rows,
                                        const WorkerSettings& settings) {
  const bool tags = settings.output == OutputType::kTags;
  const auto labels = static_cast<std::int64_t>(settings.floors.size());
  if (shape.size() != (tags ? 2u : 3u) || shape[0] != rows) {
    return Error{"model",
                 fmt::format("for {} rows the model gives an output of shape [{}], not {}", rows,
                             fmt::join(shape, ", "),
                             tags ? fmt::format("[{}, labels] as tags have", rows)
                                  : fmt::format("[{}, frames, labels] as frames have", rows)),
                 "check output.type in the card"};
  }
  if (shape.back() != labels) {
    return Error{"model",
                 fmt::format("the model gives scores for {} labels, the card lists {}",
                             shape.back(), labels),
                 "make the labels file and the model agree"};
  }
  if (tags) return std::int64_t{0};
  const std::int64_t frames = shape[1];
  if (frames * settings.geometry.frame != settings.geometry.input_samples()) {
    return wrong_frames(frames, settings.geometry);
  }
  return frames;
}

}  // namespace rookery
