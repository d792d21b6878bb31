#include "worker/read_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "worker/helper_thread.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

class ReadAheadTest : public ::testing::Test {
 protected:
  HelperThread helper_{"read-ahead"};
};

TEST_F(ReadAheadTest, GivesItemsInOrderFromTheHelpersThread) {
  const auto here = std::this_thread::get_id();
  ReadAhead<std::pair<std::size_t, bool>> ahead(helper_, 100, [&](std::size_t index) {
    return std::pair(index, std::this_thread::get_id() == here);
  });
  for (std::size_t index = 0; index < 100; ++index) {
    EXPECT_EQ(ahead.take(), std::pair(index, false));
  }
}

TEST_F(ReadAheadTest, ReadsTheNextWhileOneIsBeingWorkedOn) {
  std::promise<void> read_second;
  ReadAhead<std::size_t> ahead(helper_, 2, [&](std::size_t index) {
    if (index == 1) read_second.set_value();
    return index;
  });
  EXPECT_EQ(ahead.take(), 0U);
  read_second.get_future().wait();  // for ever, if only take() made it read
  EXPECT_EQ(ahead.take(), 1U);
}

TEST_F(ReadAheadTest, NeverReadsFurtherThanOneItem) {
  std::atomic<std::size_t> begun = 0;
  {
    ReadAhead<std::size_t> ahead(helper_, 10, [&](std::size_t index) {
      ++begun;
      return index;
    });
    for (std::size_t taken = 0; taken < 4; ++taken) {
      EXPECT_EQ(ahead.take(), taken);
      EXPECT_LE(begun, taken + 2);
    }
  }
  EXPECT_EQ(begun, 5U) << "its end waits for the read under way and begins no other";
}

TEST_F(ReadAheadTest, TellsAnErrorAtTheItemThatItIsOf) {
  ReadAhead<int> ahead(helper_, 3, [](std::size_t index) {
    if (index == 2) throw std::runtime_error("the disk is gone");
    return static_cast<int>(index);
  });
  EXPECT_EQ(ahead.take(), 0);
  EXPECT_EQ(ahead.take(), 1);
  try {
    ahead.take();
    FAIL() << "it took what could not be read";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the disk is gone"));
  }
}

TEST_F(ReadAheadTest, EndsInTheMiddleOfAReadAndTheHelperGoesOnWithTheNextList) {
  std::promise<void> reads;
  std::promise<void> may_go_on;
  std::atomic<bool> done = false;
  {
    ReadAhead<int> ahead(helper_, 3, [&](std::size_t) {
      reads.set_value();
      may_go_on.get_future().wait();
      done = true;
      throw std::runtime_error("nobody hears of it");
      return 0;
    });
    reads.get_future().wait();
    may_go_on.set_value();
  }
  EXPECT_TRUE(done);
  ReadAhead<int> next(helper_, 1, [](std::size_t) { return 7; });
  EXPECT_EQ(next.take(), 7);
}

TEST_F(ReadAheadTest, HoldsItemsThatCannotBeCopiedAndEndsWithNone) {
  ReadAhead<std::unique_ptr<int>> ahead(
      helper_, 2, [](std::size_t index) { return std::make_unique<int>(index); });
  EXPECT_EQ(*ahead.take(), 0);
  const ReadAhead<int>::Read never = [](std::size_t) -> int { throw std::logic_error("asked"); };
  HelperThread other("read-ahead");
  const ReadAhead<int> nothing(other, 0, never);
}

// A pinned worker's helper stays on the worker's core.
TEST(HelperThread, RunsWhereTheThreadThatMadeItMayRunAndHasItsName) {
  std::jthread worker([] {
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
    std::size_t core = 0;
    while (!CPU_ISSET(core, &allowed)) ++core;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    HelperThread helper("read-ahead");
    cpu_set_t found;
    std::string name(16, '\0');
    helper.begin([&] {
      sched_getaffinity(0, sizeof(found), &found);
      pthread_getname_np(pthread_self(), name.data(), name.size());
    });
    helper.wait();
    EXPECT_TRUE(CPU_EQUAL(&found, &one));
    EXPECT_STREQ(name.c_str(), "read-ahead");
  });
}

}  // namespace
}  // namespace rookery
