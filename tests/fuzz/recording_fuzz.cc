// Any bytes as a recording, read as a worker reads it: a reason why not, or as many frames as the
// probe told, wherever reading begins.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "rookery/unique_fd.h"
#include "tests/fuzz/fuzz_input.h"
#include "worker/recording_probe.h"
#include "worker/sample_source.h"

namespace rookery {
namespace {

constexpr std::int32_t kModelRate = 16'000;
// Of a recording that is long for its bytes (silence can be), its begin and its end.
constexpr std::size_t kPieceSamples = 2 * kModelRate;

// A recording without a name: nothing is left, however the fuzzer ends.
UniqueFd recording_with(std::string_view bytes) {
  UniqueFd fd(::memfd_create("recording", MFD_CLOEXEC));
  const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
  fuzz::require(written == static_cast<ssize_t>(bytes.size()), "there is memory for the input");
  return fd;
}

void read(const std::string& path, const RecordingProperties& properties) {
  auto source = SampleSource::open({0, "fuzz", path}, properties, {kModelRate, {}, {}}, {});
  if (!source) return;
  std::vector<float> piece(kPieceSamples);
  const std::int64_t last = source->samples() - static_cast<std::int64_t>(kPieceSamples) / 2;
  for (const std::int64_t begin : {std::int64_t{0}, std::max<std::int64_t>(0, last)}) {
    if (!source->read(begin, piece)) return;
  }
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const UniqueFd fd = recording_with(fuzz::text_of(data, size));
  const std::string path = fmt::format("/proc/self/fd/{}", fd.get());
  const auto properties = probe_recording(path, {});
  if (!properties) {
    fuzz::require(properties.error().reason.size() > 5, "a refusal has a reason");
    return 0;
  }
  fuzz::require(properties->frames > 1 && properties->sample_rate > 0 && properties->channels > 0,
                "what a probe tells is possible");
  read(path, *properties);
  return 0;
}
