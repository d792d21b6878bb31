#include "supervisor/run_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RunMetrics, TellTheCountsAndNoExitCodeWhileTheRunGoesOn) {
  RunMetrics metrics;
  metrics.output = "/data/out";
  metrics.totals.done = 3;
  metrics.totals.failed = 2;
  const std::string text = to_prometheus(metrics);
  EXPECT_THAT(text, HasSubstr("rookery_run_recordings{output=\"/data/out\",outcome=\"done\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("rookery_run_recordings{output=\"/data/out\",outcome=\"failed\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("rookery_run_running{output=\"/data/out\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("rookery_run_exit_code")));
}

TEST(RunMetrics, TellTheExitCodeOfARunThatHasEnded) {
  RunMetrics metrics;
  metrics.exit_code = 75;
  const std::string text = to_prometheus(metrics);
  EXPECT_THAT(text, HasSubstr("rookery_run_exit_code{output=\"\"} 75\n"));
  EXPECT_THAT(text, HasSubstr("rookery_run_running{output=\"\"} 0\n"));
}

TEST(RunMetrics, TellTimesToTheSecond) {
  RunMetrics metrics;
  metrics.started_seconds = 1'795'000'001;
  EXPECT_THAT(to_prometheus(metrics),
              HasSubstr("rookery_run_start_time_seconds{output=\"\"} 1795000001\n"));
}

TEST(RunMetrics, EscapeWhatAFolderMayBeCalled) {
  RunMetrics metrics;
  metrics.output = "a\"b\\c\n\xff";
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("{output=\"a\\\"b\\\\c\\n\\\\xff\"}"));
}

}  // namespace
}  // namespace rookery
