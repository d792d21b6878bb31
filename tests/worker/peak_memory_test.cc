#include "worker/peak_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace rookery {
namespace {

constexpr std::size_t kBytes = 64u << 20;
// The kernel counts resident pages by processor and adds them up now and then.
constexpr std::int64_t kTolerance = 4 << 20;

void touch_and_give_back(int flags) {
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, kBytes);
  ::munmap(memory, kBytes);
}

TEST(PeakMemory, CountsWhatIsGoneAgain) {
  const PeakMemory peak;
  touch_and_give_back(MAP_PRIVATE);
  EXPECT_NEAR(static_cast<double>(peak.bytes_above_beginning()), double{kBytes}, kTolerance);
}

TEST(PeakMemory, CountsNothingFromBeforeItsBeginning) {
  touch_and_give_back(MAP_PRIVATE);
  const PeakMemory peak;
  EXPECT_LT(peak.bytes_above_beginning(), kTolerance);
}

TEST(PeakMemory, LeavesOutSharedMemoryThatStays) {
  const PeakMemory peak;
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, kBytes);
  EXPECT_LT(peak.bytes_above_beginning(), kTolerance);
  ::munmap(memory, kBytes);
}

}  // namespace
}  // namespace rookery
