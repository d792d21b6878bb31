// rookery_test::fault(Tensor samples) -> Tensor: gives its input back, unless a row begins with the
// marker that tests/faults/marker.py writes into a recording; then it does to its process what the
// marker asks for. To be preloaded into the worker tree, and loaded by the script that makes the
// model.
#include <sys/mman.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tests/faults/fault_count.h"

namespace rookery::faults {
namespace {

enum class Harm {
  kNone,
  kSegv,
  kAbort,
  kLoop,
  kExit,
  kEatMemory,
  kLeak,
  kBus,
  kIll,
  kFpe,
  kGreedy
};

constexpr std::array kMarker = {0.625F, -0.625F, 0.8125F};
constexpr float kSteps = 64.0F;  // the fourth sample is the harm's number over this
constexpr std::size_t kChunkBytes = std::size_t{16} << 20U;
constexpr std::size_t kLeakChunks = 24;
constexpr std::size_t kMostChunks = 512;  // 8 GiB: where nothing stops it, the host stays alive

SharedCount* const kCount = map_count("ROOKERY_TEST_OP_COUNT");
const bool kOff = std::getenv("ROOKERY_TEST_OP_OFF") != nullptr;

Harm harm_of(const float* row, std::int64_t samples) {
  if (samples < 4 || !std::equal(kMarker.begin(), kMarker.end(), row)) return Harm::kNone;
  return static_cast<Harm>(std::lround(row[3] * kSteps));
}

void take_memory(std::size_t chunks) {
  for (std::size_t i = 0; i < chunks; ++i) {
    void* bytes =
        ::mmap(nullptr, kChunkBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) std::abort();
    std::memset(bytes, 1, kChunkBytes);
  }
}

// Memory as operators take it, until they are refused more.
void take_tensors(const at::Tensor& like) {
  std::vector<at::Tensor> kept;
  for (std::size_t i = 0; i < kMostChunks; ++i) {
    kept.push_back(like.new_ones({static_cast<std::int64_t>(kChunkBytes / sizeof(float))}));
  }
}

// Handlers of the process are taken away, so that the signal is what its parent sees.
void raise_plainly(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void do_harm(Harm harm, const at::Tensor& samples) {
  if (harm == Harm::kNone) return;
  add_one(kCount);
  switch (harm) {
    case Harm::kNone:
      return;
    case Harm::kSegv:
      *static_cast<volatile int*>(nullptr) = 1;
      return;
    case Harm::kAbort:
      std::abort();
    case Harm::kLoop:
      for (volatile bool on = true; on;) {
      }
      return;
    case Harm::kExit:
      std::exit(3);
    case Harm::kEatMemory:
      take_memory(kMostChunks);
      std::abort();
    case Harm::kLeak:
      return take_memory(kLeakChunks);
    case Harm::kGreedy:
      return take_tensors(samples);
    case Harm::kBus:
      return raise_plainly(SIGBUS);
    case Harm::kIll:
      return raise_plainly(SIGILL);
    case Harm::kFpe:
      return raise_plainly(SIGFPE);
  }
}

at::Tensor fault(const at::Tensor& samples) {
  const at::Tensor rows = samples.contiguous();
  for (std::int64_t i = 0; i < rows.size(0) && !kOff; ++i) {
    do_harm(harm_of(rows.const_data_ptr<float>() + i * rows.size(1), rows.size(1)), samples);
  }
  return samples.clone();
}

}  // namespace

TORCH_LIBRARY(rookery_test, library) { library.def("fault(Tensor samples) -> Tensor", &fault); }

}  // namespace rookery::faults
