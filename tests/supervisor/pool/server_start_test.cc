#include "supervisor/pool/server_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

ServerReady facts(const std::string& digest) {
  ServerReady ready;
  ready.models = {{.digest = digest}};
  ready.torch_version = "2";
  ready.cpu_capability = "AVX2";
  return ready;
}

class ServerStartTest : public testing::Test {
 protected:
  void start() { server_.started(clock_.now()); }
  Status say(const Message& message) { return server_.take(message, clock_.now()); }
  void come_up() {
    start();
    EXPECT_TRUE(say(ServerAlive{1}));
    EXPECT_TRUE(say(facts("a")));
    EXPECT_TRUE(server_.is_ready());
  }
  void die() { server_.ended(clock_.now()); }
  void be_killed() { server_.ended(clock_.now(), ServerEnd::kKilled); }
  // How many in a row are killed while they start until no other is started.
  int kills_until_hopeless() {
    int kills = 0;
    while (!server_.hopeless()) {
      clock_.advance(milliseconds(10'000));
      EXPECT_TRUE(due()) << "the longest delay";
      start();
      be_killed();
      ++kills;
    }
    return kills;
  }
  bool due() const { return server_.due(clock_.now()); }
  Status in_time() const { return server_.check_time(clock_.now()); }

  FakeClock clock_;
  ServerStart server_{{milliseconds(1000), milliseconds(60'000)}};
};

TEST_F(ServerStartTest, TheFirstIsDueAtOnceAndGivenUpWhenItFails) {
  EXPECT_TRUE(due());
  start();
  EXPECT_FALSE(due());
  die();
  EXPECT_TRUE(server_.hopeless());
  EXPECT_FALSE(due());
}

TEST_F(ServerStartTest, TheFirstIsFollowedWhenItIsKilledFiveTimesAtMost) {
  EXPECT_EQ(kills_until_hopeless(), 5);
}

TEST_F(ServerStartTest, SuccessorsThatAreKilledAreFollowedTwentyTimesInARow) {
  come_up();
  die();
  start();
  be_killed();
  come_up();
  die();
  EXPECT_EQ(kills_until_hopeless(), 20) << "one that came up wipes out the kill before it";
}

TEST_F(ServerStartTest, OneThatHadBeenReadyIsFollowedAtOnceHoweverOften) {
  for (int death = 0; death < 20; ++death) {
    EXPECT_TRUE(due());
    come_up();
    die();
  }
  EXPECT_FALSE(server_.hopeless());
}

TEST_F(ServerStartTest, SuccessorsThatFailAreFollowedEverLaterAndFiveTimesInARow) {
  come_up();
  die();
  for (const int delay : {500, 1000, 2000, 4000}) {
    start();
    die();
    clock_.advance(milliseconds(delay - 1));
    EXPECT_FALSE(due());
    EXPECT_EQ(server_.next_deadline(), clock_.now() + milliseconds(1));
    clock_.advance(milliseconds(1));
    EXPECT_TRUE(due());
  }
  start();
  die();
  EXPECT_TRUE(server_.hopeless());
  EXPECT_EQ(server_.next_deadline(), std::nullopt);
}

TEST_F(ServerStartTest, OneThatComesUpAgainIsForgivenItsFailures) {
  for (int round = 0; round < 5; ++round) {
    come_up();
    die();
    for (int failure = 0; failure < 4; ++failure) {
      start();
      die();
    }
  }
  EXPECT_FALSE(server_.hopeless());
}

TEST_F(ServerStartTest, SilenceAndLoadingHaveLimitsOfTheirOwn) {
  start();
  EXPECT_EQ(server_.next_deadline(), clock_.now() + milliseconds(1000));
  clock_.advance(milliseconds(999));
  EXPECT_TRUE(in_time());
  EXPECT_TRUE(say(ServerAlive{1}));
  clock_.advance(milliseconds(59'999));
  EXPECT_TRUE(in_time());
  clock_.advance(milliseconds(1));
  EXPECT_THAT(in_time().error().reason, HasSubstr("did not load the model within 60 s"));
}

TEST_F(ServerStartTest, OneThatDoesNotLiveInTimeIsToBeEnded) {
  start();
  clock_.advance(milliseconds(1000));
  EXPECT_THAT(in_time().error().reason, HasSubstr("sign of life within 1 s"));
}

TEST_F(ServerStartTest, ItsOwnReasonForFailingIsTold) {
  start();
  EXPECT_TRUE(say(ServerAlive{1}));
  EXPECT_EQ(say(ServerFailed{{"model", "no such file", ""}}).error().reason, "no such file");
}

TEST_F(ServerStartTest, AnotherModelThanTheFirstEndsItAllAndBothAreNamed) {
  come_up();
  die();
  start();
  EXPECT_TRUE(say(ServerAlive{1}));
  const Status said = say(facts("b"));
  ASSERT_FALSE(said);
  EXPECT_THAT(said.error().reason, HasSubstr("model 1 b, the first one had a"));
  EXPECT_TRUE(server_.hopeless());
}

TEST_F(ServerStartTest, AnotherLibTorchOrCpuEndsItAll) {
  for (const bool torch : {true, false}) {
    ServerStart server({milliseconds(1000), milliseconds(1000)});
    for (const bool first : {true, false}) {
      server.started(clock_.now());
      EXPECT_TRUE(server.take(ServerAlive{1}, clock_.now()));
      ServerReady found = facts("a");
      if (!first && torch) found.torch_version = "3";
      if (!first && !torch) found.cpu_capability = "AVX512";
      EXPECT_EQ(server.take(found, clock_.now()).ok(), first);
      server.ended(clock_.now());
    }
    EXPECT_TRUE(server.hopeless());
  }
}

TEST_F(ServerStartTest, NothingIsTakenOutOfTurn) {
  start();
  EXPECT_FALSE(say(facts("a"))) << "before it has said that it lives";
  EXPECT_TRUE(say(ServerAlive{1}));
  EXPECT_FALSE(say(ServerAlive{1}));
}

}  // namespace
}  // namespace rookery
