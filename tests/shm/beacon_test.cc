#include "shm/beacon.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Beacon make_beacon(int slots) {
  auto beacon = Beacon::create(slots);
  if (!beacon) throw std::runtime_error(to_string(beacon.error()));
  return *std::move(beacon);
}

UniqueFd duplicate(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

TEST(Beacon, EverySlotIsIdleAtFirst) {
  const Beacon beacon = make_beacon(3);
  EXPECT_EQ(beacon.slot_count(), 3);
  for (int slot = 0; slot < 3; ++slot) EXPECT_EQ(beacon.read(slot), BeaconNote{});
}

TEST(Beacon, ANoteIsReadInItsSlotAlone) {
  Beacon beacon = make_beacon(3);
  beacon.writer(1).note(BeaconStage::kForward, 77, 2, 4);
  EXPECT_EQ(beacon.read(1), (BeaconNote{77, 2, 4, BeaconStage::kForward, 1, true}));
  EXPECT_EQ(beacon.read(0), BeaconNote{});
  EXPECT_EQ(beacon.read(2), BeaconNote{});
}

TEST(Beacon, TheCounterTellsThatAWorkerMoves) {
  Beacon beacon = make_beacon(1);
  BeaconWriter writer = beacon.writer(0);
  for (std::uint64_t count = 1; count <= 5; ++count) {
    writer.note(BeaconStage::kDecode, 1);
    EXPECT_EQ(beacon.read(0).counter, count);
  }
  EXPECT_EQ(beacon.read(0).segment_index, -1);
}

TEST(Beacon, ASuccessorStartsFromIdle) {
  Beacon beacon = make_beacon(1);
  beacon.writer(0).note(BeaconStage::kReduce, 9, 9, 9);
  beacon.clear(0);
  EXPECT_EQ(beacon.read(0), BeaconNote{});
}

TEST(Beacon, WhatAKilledProcessNotedLastIsStillThere) {
  const Beacon beacon = make_beacon(2);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto attached = Beacon::attach(duplicate(beacon.fd()));
    if (attached) attached->writer(1).note(BeaconStage::kForward, 12, 3, 34);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(beacon.read(1), (BeaconNote{12, 3, 34, BeaconStage::kForward, 1, true}));
}

TEST(Beacon, AWholeNoteIsNeverAMixtureOfTwo) {
  Beacon beacon = make_beacon(1);
  std::atomic<bool> stop = false;
  std::thread writing([&] {
    BeaconWriter writer = beacon.writer(0);
    for (std::int64_t task = 1; !stop; ++task) {
      writer.note(static_cast<BeaconStage>(task % 8), task, static_cast<std::int32_t>(3 * task),
                  2 * task);
    }
  });
  int whole = 0;
  while (whole < 10'000) {
    const BeaconNote note = beacon.read(0);
    if (!note.whole || note.counter == 0) continue;
    ++whole;
    const auto count = static_cast<std::int64_t>(note.counter);
    ASSERT_EQ(note.task_id, count);
    ASSERT_EQ(note.segment_index, 2 * count);
    ASSERT_EQ(note.stage, static_cast<BeaconStage>(count % 8));
  }
  stop = true;
  writing.join();
}

TEST(Beacon, ASlotThatIsNotThereIsABug) {
  Beacon beacon = make_beacon(2);
  EXPECT_THROW(beacon.writer(2), std::out_of_range);
  EXPECT_THROW(beacon.read(-1), std::out_of_range);
}

TEST(Beacon, NoWorkerCanShrinkItUnderTheSupervisor) {
  const Beacon beacon = make_beacon(2);
  EXPECT_NE(::ftruncate(beacon.fd(), 0), 0);
  EXPECT_TRUE(::fcntl(beacon.fd(), F_GETFD) & FD_CLOEXEC);
}

TEST(Beacon, WhatIsNoBeaconIsRefused) {
  EXPECT_FALSE(Beacon::create(0).ok());
  UniqueFd resizable(::memfd_create("rookery-test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(resizable.get(), 100), 0);
  const auto unsealed = Beacon::attach(duplicate(resizable.get()));
  ASSERT_FALSE(unsealed.ok());
  EXPECT_THAT(unsealed.error().reason, HasSubstr("wanted shrink, grow, seal"));

  ASSERT_EQ(::fcntl(resizable.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
  const auto odd = Beacon::attach(std::move(resizable));
  ASSERT_FALSE(odd.ok());
  EXPECT_THAT(odd.error().reason, AllOf(HasSubstr("100 bytes"), HasSubstr("64")));
}

TEST(Beacon, EveryStageHasAName) {
  EXPECT_EQ(to_string(BeaconStage::kIdle), "idle");
  EXPECT_EQ(to_string(BeaconStage::kFrontEnd), "front end");
  EXPECT_EQ(to_string(BeaconStage::kSend), "send");
  EXPECT_EQ(to_string(static_cast<BeaconStage>(99)), "unknown");
}

}  // namespace
}  // namespace rookery
