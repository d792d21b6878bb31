// Decodes and resamples a whole recording as a worker does, and nothing else.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "worker/recording_probe.h"
#include "worker/sample_source.h"

namespace rookery::bench {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// CPU seconds by stage, in the order of SampleStage; reading on is charged to the stage before.
class StageTimes {
 public:
  void enter(SampleStage stage) {
    seconds_[stage_] += cpu_seconds() - since_;
    since_ = cpu_seconds();
    stage_ = stage;
  }
  double of(SampleStage stage) const { return seconds_.at(stage); }

 private:
  double since_ = cpu_seconds();
  SampleStage stage_ = SampleStage::kDecode;
  std::map<SampleStage, double> seconds_;
};

Status ingest(const std::string& path, std::int32_t rate) {
  const auto properties = probe_recording(path, {});
  if (!properties) return properties.error();
  StageTimes times;
  const SampleSettings settings{rate, {}, ResamplerQuality::kHigh};
  auto source = SampleSource::open({0, path, path}, *properties, settings,
                                   [&](SampleStage stage) { times.enter(stage); });
  if (!source) return source.error();
  std::vector<float> segment(static_cast<std::size_t>(10 * rate));
  for (std::int64_t begin = 0; begin < source->samples(); begin += 10LL * rate) {
    if (Status read = source->read(begin, segment); !read) return read;
  }
  times.enter(SampleStage::kDecode);
  const double decode = times.of(SampleStage::kSeek) + times.of(SampleStage::kDecode);
  fmt::print("{:.3f} {:.3f}\n", decode, times.of(SampleStage::kResample));
  return Done{};
}

}  // namespace
}  // namespace rookery::bench

int main(int count, char** words) {
  CLI::App app("Decodes and resamples a recording; prints CPU seconds of the two.");
  std::string path;
  std::int32_t rate = 16'000;
  app.add_option("recording", path)->required();
  app.add_option("--rate", rate);
  CLI11_PARSE(app, count, words);
  const rookery::Status done = rookery::bench::ingest(path, rate);
  if (done) return 0;
  fmt::print(stderr, "{}\n", to_string(done.error()));
  return 1;
}
