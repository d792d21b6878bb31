// A step is kept if it is faster and its scores are the original's, and for no other reason.
#include "worker/prepare/step_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace rookery {
namespace {

using ::testing::HasSubstr;

constexpr double kTolerance = 1e-4;

TEST(StepVerdict, KeepsWhatIsFasterAndWithinTheTolerance) {
  EXPECT_TRUE(judge_step({10.0, 9.0}, 0.0, kTolerance).keep);
  EXPECT_TRUE(judge_step({10.0, 9.0}, kTolerance, kTolerance).keep);
}

TEST(StepVerdict, LeavesOutWhatIsNotFasterByMoreThanScatter) {
  for (const double after_ms : {20.0, 10.0, 9.95}) {
    const Verdict verdict = judge_step({10.0, after_ms}, 0.0, kTolerance);
    EXPECT_FALSE(verdict.keep) << after_ms;
    EXPECT_THAT(verdict.reason, HasSubstr("not faster"));
  }
}

TEST(StepVerdict, LeavesOutWhatIsFasterButDiffers) {
  for (const double difference :
       {2e-4, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const Verdict verdict = judge_step({10.0, 1.0}, difference, kTolerance);
    EXPECT_FALSE(verdict.keep) << difference;
    EXPECT_THAT(verdict.reason, HasSubstr("differ by"));
  }
}

}  // namespace
}  // namespace rookery
