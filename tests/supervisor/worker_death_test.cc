#include "supervisor/worker_death.h"

#include <gtest/gtest.h>

#include <csignal>

namespace rookery {
namespace {

// waitpid's status of a process that a signal ended, and of one that exited.
int signalled(int signal) { return signal; }
int exited(int code) { return code << 8; }

WorkerDied death_in_forward(int wait_status) {
  return {.slot = 0, .wait_status = wait_status, .last_note = {7, 0, 3, BeaconStage::kForward}};
}

TEST(WorkerDeathTest, WhatAProcessDoesToItselfIsCharged) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS}) {
    const WorkerDied death = death_in_forward(signalled(signal));
    EXPECT_EQ(kind_of_death(death, false), DeathKind::kCrash) << signal;
    EXPECT_TRUE(is_charged(kind_of_death(death, false)));
  }
  EXPECT_EQ(kind_of_death(death_in_forward(exited(0)), false), DeathKind::kExit);
  EXPECT_TRUE(is_charged(DeathKind::kExit));
}

TEST(WorkerDeathTest, WhatOthersDoToItIsNot) {
  for (const int signal : {SIGKILL, SIGTERM, SIGHUP}) {
    const DeathKind kind = kind_of_death(death_in_forward(signalled(signal)), false);
    EXPECT_EQ(kind, DeathKind::kFromOutside) << signal;
    EXPECT_FALSE(is_charged(kind));
  }
  WorkerDied with_server = death_in_forward(signalled(SIGKILL));
  with_server.with_fork_server = true;
  EXPECT_EQ(kind_of_death(with_server, false), DeathKind::kForkServer);
  EXPECT_FALSE(is_charged(DeathKind::kForkServer));
}

TEST(WorkerDeathTest, AKillForMemoryOrForAMissedDeadlineIsCharged) {
  WorkerDied hog = death_in_forward(signalled(SIGKILL));
  EXPECT_EQ(kind_of_death(hog, true), DeathKind::kDeadline);
  hog.out_of_memory = true;
  EXPECT_EQ(kind_of_death(hog, false), DeathKind::kOutOfMemory);
  EXPECT_TRUE(is_charged(DeathKind::kDeadline));
  EXPECT_TRUE(is_charged(DeathKind::kOutOfMemory));
}

TEST(WorkerDeathTest, OneThatHadNothingInHandChargesNothing) {
  WorkerDied idle = death_in_forward(signalled(SIGSEGV));
  idle.last_note.stage = BeaconStage::kIdle;
  EXPECT_EQ(kind_of_death(idle, false), DeathKind::kIdle);
  EXPECT_FALSE(is_charged(DeathKind::kIdle));
}

TEST(WorkerDeathTest, GuiltIsCertainOnlyWhereNobodyElseCanHaveBeenIt) {
  WorkerDied death = death_in_forward(signalled(SIGSEGV));
  EXPECT_TRUE(work_death(death, DeathKind::kCrash, true).certain);
  death.busy_in_process = 2;
  EXPECT_FALSE(work_death(death, DeathKind::kCrash, true).certain);
  EXPECT_TRUE(work_death(death, DeathKind::kDeadline, true).certain);
  death.busy_in_process = 1;
  EXPECT_FALSE(work_death(death, DeathKind::kOutOfMemory, true).certain);
  EXPECT_TRUE(work_death(death, DeathKind::kOutOfMemory, false).certain);
}

TEST(WorkerDeathTest, ItsWordsNameTheSignalAndTheStage) {
  const WorkerDied death = death_in_forward(signalled(SIGSEGV));
  EXPECT_EQ(describe_death(death, DeathKind::kCrash),
            "signal 11 (Segmentation fault), stage forward of the batch from segment 3");
  EXPECT_EQ(describe_note({7, 0, 4, BeaconStage::kDecode}), "stage decode of segment 4");
  EXPECT_EQ(signal_of_death(death, DeathKind::kCrash), "SIGSEGV");
  EXPECT_EQ(signal_of_death(death_in_forward(exited(3)), DeathKind::kExit), "");
  EXPECT_EQ(describe_death(death_in_forward(exited(3)), DeathKind::kExit),
            "exit code 3, stage forward of the batch from segment 3");
}

}  // namespace
}  // namespace rookery
