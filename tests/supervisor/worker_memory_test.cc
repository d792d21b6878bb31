// What a worker may have of its own: what the run's settings say, or a part of what there is.
#include "supervisor/worker_memory.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

constexpr std::int64_t kGigabyte = std::int64_t{1} << 30;
const std::vector<MemoryRoom> kHostAndGroup = {{20 * kGigabyte, 64 * kGigabyte},
                                               {7 * kGigabyte, 16 * kGigabyte}};

class WorkerMemory : public ::testing::Test {
 protected:
  std::int64_t own(std::size_t workers) const {
    return own_memory_bytes(config_, workers, kHostAndGroup);
  }
  RunConfig config_;
};

TEST_F(WorkerMemory, IsWhatTheSettingsSay) {
  config_.operating.max_worker_memory = "3G";
  EXPECT_EQ(own(1), 3 * kGigabyte);
  EXPECT_EQ(own(64), 3 * kGigabyte);
  config_.speed.sandbox = SandboxKind::kOff;
  EXPECT_EQ(own(64), 3 * kGigabyte);
}

TEST_F(WorkerMemory, IsAQuarterOfTheSmallestRoomUnlessTold) {
  EXPECT_EQ(own(1), 4 * kGigabyte);
  EXPECT_EQ(own(64), 4 * kGigabyte);
}

TEST_F(WorkerMemory, OfThreadsIsAPartOfHalfTheSmallestRoom) {
  config_.speed.engine = EngineKind::kThreads;
  EXPECT_EQ(own(1), 4 * kGigabyte);
  EXPECT_EQ(own(2), 4 * kGigabyte);
  EXPECT_EQ(own(8), kGigabyte);
}

TEST_F(WorkerMemory, OnASmallHostIsStillWhatHealthyWorkersMayHave) {
  EXPECT_EQ(own_memory_bytes(config_, 1, {{0, kGigabyte}}), kGigabyte / 2);
  config_.speed.engine = EngineKind::kThreads;
  EXPECT_EQ(own(64), kGigabyte / 2);
}

TEST_F(WorkerMemory, HasNoLimitWithoutTheSandboxOrWhereNobodyKnowsWhatThereIs) {
  EXPECT_EQ(own_memory_bytes(config_, 1, {}), 0);
  config_.speed.sandbox = SandboxKind::kOff;
  EXPECT_EQ(own(1), 0);
}

}  // namespace
}  // namespace rookery
