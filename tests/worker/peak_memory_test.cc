#include "worker/peak_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace rookery {
namespace {

constexpr std::size_t kBytes = 64u << 20;
// The kernel counts resident pages by processor and adds them up now and then.
constexpr std::int64_t kTolerance = 4 << 20;

// The kernel fills the pages: writing them here would make a sanitizer's shadow of them resident
// too.
void* resident(int sharing) {
  return ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_POPULATE, -1,
                0);
}

void touch_and_give_back(int sharing) {
  void* memory = resident(sharing);
  ASSERT_NE(memory, MAP_FAILED);
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
  void* memory = resident(MAP_SHARED);
  ASSERT_NE(memory, MAP_FAILED);
  EXPECT_LT(peak.bytes_above_beginning(), kTolerance);
  ::munmap(memory, kBytes);
}

}  // namespace
}  // namespace rookery
