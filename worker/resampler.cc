#include "worker/resampler.h"

#include <fmt/format.h>
#include <soxr.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <type_traits>

namespace rookery {
namespace {

// In samples of the lower rate; with so many the bits at vhq are those of one pass over the whole.
constexpr std::int64_t kContextSamples = 1024;

// What soxr is given at once: it copies that first, and so much stays in the processor's cache.
constexpr std::size_t kPartSamples = 8'192;

unsigned long recipe(ResamplerQuality quality) {
  switch (quality) {
    case ResamplerQuality::kLow:
      return SOXR_LQ;
    case ResamplerQuality::kMedium:
      return SOXR_MQ;
    case ResamplerQuality::kHigh:
      return SOXR_HQ;
    case ResamplerQuality::kVeryHigh:
      return SOXR_VHQ;
  }
  return SOXR_HQ;
}

struct DeleteSoxr {
  void operator()(soxr_t soxr) const { soxr_delete(soxr); }
};
using Soxr = std::unique_ptr<std::remove_pointer_t<soxr_t>, DeleteSoxr>;

// Sets `made` to how many samples it wrote.
soxr_error_t pass_through(soxr_t soxr, std::span<const float> in, std::span<float> out,
                          std::size_t& made) {
  for (bool moves = true; moves && made < out.size();) {
    const std::span<const float> part = in.first(std::min(in.size(), kPartSamples));
    std::size_t taken = 0;
    std::size_t got = 0;
    // No input at all tells it that the signal ends here.
    const soxr_error_t failure =
        soxr_process(soxr, part.empty() ? nullptr : part.data(), part.size(), &taken,
                     out.data() + made, out.size() - made, &got);
    if (failure != nullptr) return failure;
    in = in.subspan(taken);
    made += got;
    moves = taken > 0 || got > 0;
  }
  return nullptr;
}

}  // namespace

Result<ResamplerQuality> parse_resampler_quality(const std::string& text) {
  if (text == "lq") return ResamplerQuality::kLow;
  if (text == "mq") return ResamplerQuality::kMedium;
  if (text == "hq") return ResamplerQuality::kHigh;
  if (text == "vhq") return ResamplerQuality::kVeryHigh;
  return Error{"config", fmt::format("resampler is '{}', but must be one of lq, mq, hq, vhq", text),
               ""};
}

std::int64_t RatePair::source_period() const { return source / std::gcd(source, target); }

std::int64_t RatePair::target_period() const { return target / std::gcd(source, target); }

std::int64_t context_frames(const RatePair& rates) {
  const std::int64_t low = std::min(rates.source, rates.target);
  const std::int64_t frames = (kContextSamples * rates.source + low - 1) / low;
  const std::int64_t period = rates.source_period();
  return (frames + period - 1) / period * period;
}

Status resample(const RatePair& rates, ResamplerQuality quality, std::span<const float> in,
                std::span<float> out) {
  const soxr_quality_spec_t quality_spec = soxr_quality_spec(recipe(quality), 0);
  const soxr_io_spec_t io_spec = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_runtime_spec_t runtime_spec = soxr_runtime_spec(1);
  soxr_error_t failure = nullptr;
  const Soxr soxr(
      soxr_create(rates.source, rates.target, 1, &failure, &io_spec, &quality_spec, &runtime_spec));
  std::size_t made = 0;
  if (failure == nullptr) failure = pass_through(soxr.get(), in, out, made);
  if (failure != nullptr) {
    return Error{"resample", fmt::format("{} Hz to {} Hz: {}", rates.source, rates.target, failure),
                 ""};
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(made), out.end(), 0.0F);
  return Done{};
}

}  // namespace rookery
