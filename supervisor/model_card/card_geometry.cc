#include <fmt/format.h>

#include <cmath>

#include "supervisor/model_card/card_sections.h"
#include "supervisor/model_card/card_words.h"

namespace rookery {
namespace {

constexpr double kMaxSeconds = 3600;
constexpr double kGridTolerance =
    1e-6;  // of a sample: more than doubles lose, less than anyone means

// A length as the card gives it.
struct Length {
  const char* key;
  double seconds;
};

std::string length_in_words(double samples, std::int32_t sample_rate) {
  return fmt::format("{} s ({:.0f} samples)", samples / sample_rate, samples);
}

std::string off_grid(double seconds, const SegmentGeometry& grid) {
  const auto frame = static_cast<double>(grid.frame);
  const double below = std::floor(seconds * grid.sample_rate / frame) * frame;
  const std::string unit =
      grid.frame == 1 ? fmt::format("samples at {} Hz", grid.sample_rate)
                      : fmt::format("frames of {} samples at {} Hz", grid.frame, grid.sample_rate);
  return fmt::format(
      "{} s is {} samples, which is no whole number of {}; the nearest are {} and {}", seconds,
      seconds * grid.sample_rate, unit, length_in_words(below, grid.sample_rate),
      length_in_words(below + frame, grid.sample_rate));
}

std::int64_t to_samples(CardMap& section, const Length& length, const SegmentGeometry& grid) {
  const double exact = length.seconds * grid.sample_rate;
  const std::int64_t samples = std::llround(exact);
  const bool whole = std::abs(exact - static_cast<double>(samples)) <= kGridTolerance;
  if (!whole || samples % grid.frame != 0)
    section.report(length.key, off_grid(length.seconds, grid));
  return samples;
}

void read_context(CardMap& segment, SegmentGeometry& geometry) {
  const Kind<double> seconds = real_number(0, kMaxSeconds);
  if (segment.has("context") && segment.take("context").IsMap()) {
    CardMap context = segment.map("context");
    const Length left{"left", context.get("left", seconds, 0.0)};
    const Length right{"right", context.get("right", seconds, 0.0)};
    geometry.context_left = to_samples(context, left, geometry);
    geometry.context_right = to_samples(context, right, geometry);
    context.refuse_unknown_keys();
    return;
  }
  Kind<double> both_sides = seconds;
  both_sides.allowed += ", or a map of left and right";
  const Length context{"context", segment.get("context", both_sides, 0.0)};
  geometry.context_left = geometry.context_right = to_samples(segment, context, geometry);
}

}  // namespace

SegmentGeometry read_geometry(CardMap& card) {
  SegmentGeometry geometry;
  geometry.sample_rate = card.require("sample_rate", whole_number<std::int32_t>(100, 1'000'000));
  geometry.frame = card.get("frame", whole_number<std::int64_t>(1, 10'000'000), std::int64_t{1});
  CardMap segment = card.map("segment");
  const Kind<double> seconds = real_number(0, kMaxSeconds);
  const Length window{"window", segment.require("window", seconds)};
  const Length hop{"hop", segment.get("hop", seconds, window.seconds)};
  geometry.window = to_samples(segment, window, geometry);
  geometry.hop = to_samples(segment, hop, geometry);
  if (geometry.window == 0) segment.report("window", "must be longer than nothing");
  if (geometry.hop == 0) segment.report("hop", "must be longer than nothing");
  if (geometry.hop > geometry.window) {
    segment.report("hop",
                   fmt::format("{} s is longer than the window, {} s; what lies between windows "
                               "would be left out",
                               hop.seconds, window.seconds));
  }
  read_context(segment, geometry);
  geometry.tail = segment.get("tail", choice(kTailWords), Tail::kShift);
  segment.refuse_unknown_keys();
  return geometry;
}

}  // namespace rookery
