#include "supervisor/bench/host_pace.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <latch>
#include <numeric>
#include <system_error>
#include <thread>

namespace rookery {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFloats = 65'536;  // 256 KiB: more than a first-level cache holds
constexpr std::size_t kLanes = 32;       // so many sums that loading is what takes the time
constexpr int kLooks = 5;
constexpr auto kLookTime = std::chrono::milliseconds(8);

using Lanes = std::array<float, kLanes>;

// By value, so that the sums stay in registers.
Lanes add_all(const std::vector<float>& values, Lanes sums) {
  for (std::size_t i = 0; i < values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += values[i + lane];
  }
  return sums;
}

double look(const std::vector<float>& values, Lanes& sums) {
  const auto begin = Clock::now();
  double bytes = 0;
  while (Clock::now() < begin + kLookTime) {
    sums = add_all(values, sums);
    bytes += static_cast<double>(values.size() * sizeof(float));
  }
  return bytes / std::chrono::duration<double>(Clock::now() - begin).count();
}

// The best of some looks: what is shorter than one, such as an interrupt, is no matter.
double pace_of(int processor, std::latch& begin) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(processor), &one);
  ::sched_setaffinity(0, sizeof one, &one);
  const std::vector<float> values(kFloats, 1.0F);
  Lanes sums{};
  begin.arrive_and_wait();
  double best = 0;
  for (int i = 0; i < kLooks; ++i) best = std::max(best, look(values, sums));
  // What is never used need not be computed.
  return std::accumulate(sums.begin(), sums.end(), 0.0F) < 0 ? 0 : best;
}

}  // namespace

double host_pace(const std::vector<int>& processors) {
  std::vector<double> paces(processors.size());
  std::latch begin(std::ssize(processors));
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 0; i < processors.size(); ++i) {
      threads.emplace_back([&, i] { paces[i] = pace_of(processors[i], begin); });
    }
  } catch (const std::system_error&) {
    begin.count_down(std::ssize(processors) - std::ssize(threads));
    threads.clear();
    return 0;
  }
  threads.clear();
  return std::accumulate(paces.begin(), paces.end(), 0.0);
}

}  // namespace rookery
