#include "worker/sandbox/child_trial.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

// Children share it: each takes one byte, as long as there are any.
class Deaths {
 public:
  explicit Deaths(int count) {
    EXPECT_EQ(::pipe2(ends_, O_NONBLOCK | O_CLOEXEC), 0);
    const std::string bytes(static_cast<std::size_t>(count), 'x');
    EXPECT_EQ(::write(ends_[1], bytes.data(), bytes.size()), count);
  }
  ~Deaths() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Deaths(const Deaths&) = delete;
  Deaths& operator=(const Deaths&) = delete;

  bool take() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) == 1;
  }

 private:
  int ends_[2] = {-1, -1};
};

// Its first `deaths` children end by the signal, the others return 7.
auto outcome(int deaths, int signal) {
  const Deaths left(deaths);
  return tried_in_a_child([&left, signal] {
    if (left.take()) ::raise(signal);
    return 7;
  });
}

TEST(ChildTrial, TellsWhatTheWorkReturned) {
  EXPECT_THAT(outcome(0, SIGKILL).value(), Optional(7));
}

TEST(ChildTrial, IsMadeAgainWhenAChildIsKilledFromOutside) {
  EXPECT_THAT(outcome(4, SIGKILL).value(), Optional(7));
  EXPECT_THAT(outcome(4, SIGTERM).value(), Optional(7));
}

TEST(ChildTrial, OfWhichEachIsKilledIsAnErrorAndNoAnswer) {
  const auto killed = outcome(5, SIGKILL);
  ASSERT_FALSE(killed.ok());
  EXPECT_EQ(killed.error().stage, "start");
  EXPECT_THAT(killed.error().reason, HasSubstr("killed from outside"));
}

TEST(ChildTrial, ThatDiesOfTheWorkIsNotMadeAgain) {
  EXPECT_EQ(outcome(1, SIGSYS).value(), std::nullopt);
}

}  // namespace
}  // namespace rookery
