#include "worker/model_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

namespace rookery {
namespace {

// Convolutions without padding give so many frames less than the samples would make, at most.
constexpr std::int64_t kMostFramesLess = 4;

// What a kind's output looks like, in words.
struct OutputForm {
  std::size_t axes;
  const char* name;
  const char* shape;  // after the rows
  const char* unit;   // of the last axis
};

OutputForm form_of(OutputType output) {
  switch (output) {
    case OutputType::kTags:
      return {2, "tags", "labels", "scores for {} labels, the card lists {}"};
    case OutputType::kFrames:
      return {3, "frames", "frames, labels", "scores for {} labels, the card lists {}"};
    case OutputType::kCtc:
      return {3, "ctc", "frames, tokens", "{} tokens, the card's vocabulary has {}"};
    case OutputType::kEmbedding:
      break;
  }
  return {2, "embedding", "dimensions", "{} dimensions, the card's output.dimensions is {}"};
}

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
          fmt::format("set frame: {} in the card if that is the model's frame", samples / frames)};
}

bool frames_fit(std::int64_t frames, const ModelSettings& settings) {
  const std::int64_t full = settings.geometry.input_samples() / settings.geometry.frame;
  if (settings.output == OutputType::kFrames) return frames == full;
  return frames > 0 && frames <= full && frames >= full - kMostFramesLess;
}

}  // namespace

Result<std::int64_t> check_output_shape(std::span<const std::int64_t> shape, std::int64_t rows,
                                        const ModelSettings& settings) {
  const OutputForm form = form_of(settings.output);
  if (shape.size() != form.axes || shape[0] != rows) {
    return Error{
        "model",
        fmt::format("for {} rows the model gives an output of shape [{}], not [{}, {}] "
                    "as {} {}",
                    rows, fmt::join(shape, ", "), rows, form.shape, form.name,
                    settings.output == OutputType::kTags || settings.output == OutputType::kFrames
                        ? "have"
                        : "has"),
        "check output.type in the card"};
  }
  if (shape.back() != static_cast<std::int64_t>(settings.floors.size())) {
    return Error{"model",
                 "the model gives " +
                     fmt::format(fmt::runtime(form.unit), shape.back(), settings.floors.size()),
                 "make the card and the model agree"};
  }
  if (form.axes == 2) return std::int64_t{0};
  if (!frames_fit(shape[1], settings)) return wrong_frames(shape[1], settings.geometry);
  return shape[1];
}

}  // namespace rookery
