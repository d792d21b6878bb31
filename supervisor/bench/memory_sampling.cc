#include "supervisor/bench/memory_sampling.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>

#include "supervisor/host/process_memory.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::size_t kSamplesPerPss = 10;

std::optional<std::int64_t> migrations_of(const fs::path& task) {
  std::ifstream file(task / "sched");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("se.nr_migrations")) continue;
    const auto begin = line.find_last_of(" :") + 1;
    std::int64_t count = 0;
    const auto [end, error] =
        std::from_chars(line.data() + begin, line.data() + line.size(), count);
    if (error == std::errc()) return count;
  }
  return std::nullopt;
}

void look_at_threads(pid_t pid, std::map<std::pair<pid_t, pid_t>, std::int64_t>& moves) {
  std::error_code gone;
  const fs::path tasks = "/proc/" + std::to_string(pid) + "/task";
  for (fs::directory_iterator task(tasks, gone); !gone && task != fs::directory_iterator();
       task.increment(gone)) {
    const auto count = migrations_of(task->path());
    const auto thread = static_cast<pid_t>(std::atol(task->path().filename().c_str()));
    if (count) moves[{pid, thread}] = *count;
  }
}

void keep_peak(Metrics& metrics, const char* name, double bytes) {
  double& peak = metrics[name];
  peak = std::max(peak, bytes);
}

// PSS is read rarely. What changes between two readings, and what allocators differ in, is
// anonymous memory of one process, which PSS counts whole: a sample without PSS has that of the
// reading before it (at the start: behind it) and what RssAnon changed by since. nullopt: there is
// no reading.
std::optional<double> peak_pss(std::span<const MemorySample> samples) {
  const auto has_pss = [](const MemorySample& sample) { return sample.pss_bytes.has_value(); };
  auto reading = std::ranges::find_if(samples, has_pss);
  if (reading == samples.end()) return std::nullopt;
  double peak = 0;
  for (auto sample = samples.begin(); sample != samples.end(); ++sample) {
    if (has_pss(*sample)) reading = sample;
    const double since = sample->anonymous_bytes - reading->anonymous_bytes;
    peak = std::max(peak, *reading->pss_bytes + since);
  }
  return peak;
}

// During start-up workers are forked, whose RssAnon has pages of the server that PSS divides: what
// it changes by tells nothing there, and readings alone count.
std::optional<double> peak_pss(const std::vector<MemorySample>& samples, double begin_seconds) {
  const auto begin = std::ranges::lower_bound(samples, begin_seconds, {}, &MemorySample::seconds);
  std::optional<double> peak = peak_pss(std::span(begin, samples.end()));
  for (auto sample = samples.begin(); peak && sample != begin; ++sample) {
    peak = std::max(*peak, sample->pss_bytes.value_or(0));
  }
  return peak;
}

void keep_peaks(Metrics& metrics, const MemorySample& sample) {
  keep_peak(metrics, "peak_rss_bytes", sample.rss_bytes);
  keep_peak(metrics, "peak_anon_bytes", sample.anonymous_bytes);
  if (!sample.shmem_bytes) return;
  keep_peak(metrics, "peak_shmem_bytes", *sample.shmem_bytes);
  keep_peak(metrics, "peak_file_bytes",
            sample.rss_bytes - sample.anonymous_bytes - *sample.shmem_bytes);
}

}  // namespace

Metrics memory_metrics(const std::vector<MemorySample>& samples, double begin_seconds) {
  Metrics metrics;
  if (samples.empty()) return metrics;
  double rss_sum = 0;
  double anonymous_sum = 0;
  double counted = 0;
  // A run may be over before its first sample behind start-up: then its last one stands for it.
  const double begin = std::min(begin_seconds, samples.back().seconds);
  for (const MemorySample& sample : samples) {
    keep_peaks(metrics, sample);
    if (sample.seconds < begin) continue;
    rss_sum += sample.rss_bytes;
    anonymous_sum += sample.anonymous_bytes;
    counted += 1;
  }
  if (const auto peak = peak_pss(samples, begin)) metrics["peak_pss_bytes"] = *peak;
  metrics["mean_rss_bytes"] = rss_sum / counted;
  metrics["mean_anon_bytes"] = anonymous_sum / counted;
  return metrics;
}

void take_memory(const std::vector<MemorySample>& samples, Metrics& metrics) {
  for (const auto& [name, value] : memory_metrics(samples, metrics["start_up_seconds"])) {
    metrics[name] = value;
  }
}

void MemorySampler::sample(TimePoint now) {
  MemorySample sample;
  sample.seconds = std::chrono::duration<double>(now - start_).count();
  const bool with_pss = samples_.size() % kSamplesPerPss == kSamplesPerPss - 1;
  double pss = 0;
  double shmem = 0;
  for (const pid_t pid : process_tree(root_)) {
    const ResidentMemory memory = resident_memory(pid);
    sample.rss_bytes += static_cast<double>(memory.rss_bytes);
    sample.anonymous_bytes += static_cast<double>(memory.anonymous_bytes);
    shmem += static_cast<double>(memory.shmem_bytes);
    look_at_threads(pid, moves_);
    if (with_pss) {
      pss += static_cast<double>(process_memory(pid).value_or(ProcessMemory{}).pss_bytes);
    }
  }
  if (with_pss) sample.pss_bytes = pss;
  sample.shmem_bytes = shmem;
  if (sample.rss_bytes > 0) {
    samples_.push_back(sample);
    cpu_seconds_.push_back(tree_cpu_seconds(root_));
  }
  due_ = std::max(due_ + kInterval, now);
}

double MemorySampler::cpu_seconds_at(double seconds) const {
  const auto after =
      std::lower_bound(samples_.begin(), samples_.end(), seconds,
                       [](const MemorySample& one, double time) { return one.seconds < time; });
  if (samples_.empty()) return 0;
  if (after == samples_.end()) return cpu_seconds_.back();
  const auto index = static_cast<std::size_t>(after - samples_.begin());
  if (index == 0) return cpu_seconds_.front();
  const double from = samples_[index - 1].seconds;
  const double share = (seconds - from) / (after->seconds - from);
  return cpu_seconds_[index - 1] + share * (cpu_seconds_[index] - cpu_seconds_[index - 1]);
}

std::optional<std::int64_t> MemorySampler::migrations() const {
  if (moves_.empty()) return std::nullopt;
  std::int64_t sum = 0;
  for (const auto& [thread, count] : moves_) sum += count;
  return sum;
}

}  // namespace rookery
