#include "worker/decoders/decoder.h"

#include <fmt/format.h>

namespace rookery {
namespace {

// Beyond any recording: 9000 years of one channel at 32 kHz.
constexpr std::int64_t kAbsurdFrames = std::int64_t{1} << 53;

}  // namespace

std::optional<MissingPart> missing_part(std::int64_t frames, std::int64_t promised,
                                        std::int32_t sample_rate) {
  if (promised <= frames) return std::nullopt;
  const double rate = sample_rate;
  return MissingPart{
      frames, promised,
      fmt::format("the file ends or is damaged at {:.3f} s, but its header promises {:.3f} s",
                  static_cast<double>(frames) / rate, static_cast<double>(promised) / rate)};
}

bool is_told(std::int64_t frames) { return frames > 0 && frames < kAbsurdFrames; }

}  // namespace rookery
