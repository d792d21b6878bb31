#include "supervisor/run_time.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace rookery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Duration, IsHoursMinutesAndSeconds) {
  EXPECT_EQ(parse_duration("5h"), hours(5));
  EXPECT_EQ(parse_duration("90m"), minutes(90));
  EXPECT_EQ(parse_duration("1h30m"), minutes(90));
  EXPECT_EQ(parse_duration("2h0m7s"), hours(2) + seconds(7));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
}

TEST(Duration, IsNothingElse) {
  for (const char* text : {"", "5", "h", "5 h", "5h ", "-5h", "+5h", "1.5h", "5m1h", "5h5h", "5d",
                           "99999h", "99999999999999999999s", "none"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(TimeOfDay, IsHoursAndMinutesOfADay) {
  EXPECT_EQ(parse_time_of_day("06:00"), (TimeOfDay{6, 0}));
  EXPECT_EQ(parse_time_of_day("6:05"), (TimeOfDay{6, 5}));
  EXPECT_EQ(parse_time_of_day("00:00"), (TimeOfDay{0, 0}));
  EXPECT_EQ(parse_time_of_day("23:59"), (TimeOfDay{23, 59}));
  for (const char* text : {"", "6", "24:00", "06:60", "6:5", "06:00:00", "-6:00", "06:-1", "6am"}) {
    EXPECT_EQ(parse_time_of_day(text), std::nullopt) << text;
  }
}

class UntilATimeOfDay : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
  static std::time_t at(int month, int day, int hour, int minute) {
    std::tm time{};
    time.tm_year = 2026 - 1900;
    time.tm_mon = month - 1;
    time.tm_mday = day;
    time.tm_hour = hour;
    time.tm_min = minute;
    time.tm_isdst = -1;
    return std::mktime(&time);
  }
};

TEST_F(UntilATimeOfDay, IsTheSameDayOrTheNext) {
  EXPECT_EQ(until({6, 0}, at(11, 21, 5, 30)), minutes(30));
  EXPECT_EQ(until({6, 0}, at(11, 21, 22, 0)), hours(8));
  EXPECT_EQ(until({6, 0}, at(11, 21, 6, 0)), hours(24)) << "that it is six is no reason to stop";
  EXPECT_EQ(until({0, 0}, at(12, 31, 23, 59)), minutes(1));
}

TEST_F(UntilATimeOfDay, FollowsTheClocksChange) {
  EXPECT_EQ(until({6, 0}, at(3, 28, 22, 0)), hours(7)) << "the night summer time begins";
  EXPECT_EQ(until({6, 0}, at(10, 24, 22, 0)), hours(9)) << "the night it ends";
}

}  // namespace
}  // namespace rookery
