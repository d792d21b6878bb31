#include "supervisor/failure_budget.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

bool exceeded(const std::string& budget, std::int64_t failed, std::int64_t ended) {
  return FailureBudget::parse(budget).value().exceeded(failed, ended);
}

TEST(FailureBudget, OfNoneIsNeverExceeded) {
  EXPECT_FALSE(exceeded("none", 1'000'000, 1'000'000));
  EXPECT_FALSE(FailureBudget().exceeded(1, 1));
}

TEST(FailureBudget, OfANumberLetsSoManyFail) {
  EXPECT_FALSE(exceeded("20", 20, 20));
  EXPECT_TRUE(exceeded("20", 21, 100'000));
  EXPECT_TRUE(exceeded("0", 1, 1));
  EXPECT_FALSE(exceeded("0", 0, 1));
}

TEST(FailureBudget, OfAShareIsJudgedOnceOneFailureCanBeWithinIt) {
  EXPECT_FALSE(exceeded("5%", 1, 1));
  EXPECT_FALSE(exceeded("5%", 19, 19)) << "one failure in 19 would be too many already";
  EXPECT_FALSE(exceeded("5%", 1, 20));
  EXPECT_TRUE(exceeded("5%", 2, 20));
  EXPECT_FALSE(exceeded("5%", 50, 1000));
  EXPECT_TRUE(exceeded("0.5%", 2, 200));
  EXPECT_TRUE(exceeded("0%", 1, 1));
  EXPECT_FALSE(exceeded("100%", 10, 10));
}

TEST(FailureBudget, IsWrittenAsANumberOrAShare) {
  for (const char* text : {"", "-1", "1.5", "5 %", "%", "101%", "-1%", "nan%", "few", "5%%"}) {
    EXPECT_FALSE(FailureBudget::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace rookery
