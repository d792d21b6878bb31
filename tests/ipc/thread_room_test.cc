// Where no thread can be had, that is told before a library ends the process for it.
#include "ipc/thread_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <iterator>

#include "ipc/channel.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

std::ptrdiff_t threads_that_count() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(ThreadRoom, IsThereUsually) {
  EXPECT_TRUE(room_for_threads(8, "a test").ok());
  EXPECT_TRUE(room_for_threads(0, "a test").ok());
}

// One that is joined counts for a moment more, and takes the room that was just promised.
TEST(ThreadRoom, IsNotTakenByTheTrialItself) {
  // A sanitizer has a thread of its own from the first one on.
  ASSERT_TRUE(room_for_threads(1, "a test").ok());
  const std::ptrdiff_t before = threads_that_count();
  for (int trial = 0; trial < 1000; ++trial) {
    ASSERT_TRUE(room_for_threads(8, "a test").ok());
    ASSERT_EQ(threads_that_count(), before) << "in trial " << trial;
  }
}

// A stack that memory has no room for is refused as a process too many is, also to root.
template <class Claim>
bool holds_where_no_thread_can_start(Claim claim) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit stacks = {rlim_t{1} << 40, RLIM_INFINITY};
    const bool limited = ::setrlimit(RLIMIT_STACK, &stacks) == 0;
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, std::size_t{1} << 46);
    const bool settled = limited && ::pthread_setattr_default_np(&attributes) == 0;
    ::_exit(settled && claim() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ThreadRoom, ThatIsNotThereIsToldWithWhatToCheck) {
  EXPECT_TRUE(holds_where_no_thread_can_start([] {
    const Status room = room_for_threads(2, "a test");
    return !room && room.error().reason.starts_with("2 threads of a test cannot be had") &&
           room.error().remedy.find("ulimit -u") != std::string::npos;
  }));
}

// ZeroMQ itself would abort.
TEST(ThreadRoom, ASupervisorWithoutIsRefusedItsChannel) {
  EXPECT_TRUE(holds_where_no_thread_can_start([] {
    const auto channel = SupervisorChannel::open();
    return !channel && channel.error().reason.find("ZeroMQ") != std::string::npos;
  }));
}

}  // namespace
}  // namespace rookery
