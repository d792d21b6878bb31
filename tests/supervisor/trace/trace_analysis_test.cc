// What is told of traces whose answers are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "supervisor/trace/trace_text.h"
#include "supervisor/trace/trace_verdict.h"
#include "tests/supervisor/trace/made_up_trace.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

TEST(TraceAnalysis, SumsStagesOfEachWorkerAndOfTheSupervisor) {
  const auto report = MadeUpTrace(2)
                          .loop("start-up", 0, 40)
                          .loop("wait", 40, 190)
                          .loop("merge", 190, 200)
                          .stage(0, "wait", 50, 60)
                          .stage(0, "decode", 60, 80)
                          .stage(0, "forward", 80, 160)
                          .stage(0, "decode", 160, 165)
                          .task(0, "task 1", 60, 165, 90)
                          .task(0, "probe 2", 0, 1, 0)
                          .report();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->workers.size(), 2U);
  const WorkerReport& worker = report->workers[0];
  EXPECT_EQ(worker.name, "worker 0");
  EXPECT_EQ(worker.stages,
            (TimeByName{{"wait", 10 * kMs}, {"decode", 25 * kMs}, {"forward", 80 * kMs}}));
  EXPECT_EQ(worker.first_ns, 50 * kMs);
  EXPECT_EQ(worker.busy_ns, 60 * kMs);
  EXPECT_EQ(worker.dry_ns, 165 * kMs);
  EXPECT_EQ(worker.work_ns, 105 * kMs);
  EXPECT_EQ(worker.cpu_ns, 90 * kMs);
  EXPECT_EQ(report->workers[1].first_ns, -1);
  EXPECT_EQ(report->tasks, 1);
  EXPECT_EQ(report->probes, 1);
  EXPECT_EQ(report->engine, "threads");
  EXPECT_EQ(report->wall_ns, 200 * kMs);
  EXPECT_EQ(report->start_up_ns, 40 * kMs);
  EXPECT_EQ(report->supervisor.at("merge"), 10 * kMs);
}

TEST(TraceAnalysis, KeepsAHelpersTimeApartFromItsWorkers) {
  const auto report = MadeUpTrace(2)
                          .stage(1, "decode", 0, 40)
                          .stage(1, "forward", 40, 100)
                          .task(1, "task 1", 0, 100, 60)
                          .helper(1, "decode", 0, 40, 30)
                          .helper(1, "front end", 40, 60, 20)
                          .helper(1, "wait", 60, 70, 0)
                          .report();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->workers.size(), 2U);
  EXPECT_FALSE(report->workers[0].helper);
  const WorkerReport& worker = report->workers[1];
  EXPECT_EQ(worker.stages, (TimeByName{{"decode", 40 * kMs}, {"forward", 60 * kMs}}));
  EXPECT_EQ(worker.cpu_ns, 60 * kMs);
  ASSERT_TRUE(worker.helper);
  EXPECT_EQ(worker.helper->stages, (TimeByName{{"decode", 40 * kMs}, {"front end", 20 * kMs}}));
  EXPECT_EQ(worker.helper->cpu_ns, 50 * kMs);
  EXPECT_EQ(report->tasks, 1);
}

TEST(TraceAnalysis, CountsGapsBetweenTheForwardsOfAWorkerAndWhatFilledThem) {
  const auto report = MadeUpTrace(2)
                          .stage(0, "decode", 0, 10)
                          .stage(0, "forward", 10, 20)
                          .stage(1, "forward", 0, 21)
                          .stage(0, "reduce", 20, 21)
                          .stage(0, "front end", 21, 24)
                          .stage(0, "forward", 24, 34)
                          .stage(0, "wait", 34, 44)
                          .stage(0, "forward", 44, 54)
                          .stage(0, "reduce", 54, 60)
                          .report();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->gaps.count, 2);
  EXPECT_EQ(report->gaps.total_ns, 14 * kMs);
  EXPECT_EQ(report->gaps.forward_ns, 51 * kMs);
  EXPECT_EQ(report->gaps.median_ns, 4 * kMs);
  EXPECT_EQ(report->gaps.longest_ns, 10 * kMs);
  EXPECT_EQ(report->gaps.filled_by,
            (TimeByName{{"reduce", kMs}, {"front end", 3 * kMs}, {"wait", 10 * kMs}}));
}

TEST(TraceAnalysis, TellsTheLongestGapsBetweenForwardsAndWhatFilledEach) {
  const auto report = MadeUpTrace(2)
                          .stage(0, "forward", 0, 10)
                          .stage(1, "forward", 0, 10)
                          .stage(0, "decode", 10, 22)
                          .stage(0, "forward", 22, 30)
                          .stage(0, "decode", 30, 39)
                          .stage(0, "forward", 39, 50)
                          .stage(1, "send", 10, 12)
                          .stage(1, "wait", 12, 90)
                          .stage(1, "forward", 90, 99)
                          .report();
  ASSERT_TRUE(report.ok());
  const std::vector<LongGap>& longest = report->gaps.longest;
  ASSERT_EQ(longest.size(), 2U);
  EXPECT_EQ(longest[0].worker, 1);
  EXPECT_EQ(longest[0].filled_by, (TimeByName{{"send", 2 * kMs}, {"wait", 78 * kMs}}));
  EXPECT_EQ(longest[1].begin_ns, 10 * kMs);
  EXPECT_EQ(longest[1].end_ns, 22 * kMs);
  EXPECT_THAT(trace_text(*report), HasSubstr("  0.010       12.0       0  decode 100%\n"));
}

TEST(TraceAnalysis, TakesTheTimeFromAWorkersDeathToItsSuccessorForNoGap) {
  const auto report =
      MadeUpTrace(1).stage(0, "forward", 0, 10).died(0, 11).stage(0, "forward", 500, 510).report();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->gaps.count, 0);
}

TEST(TraceAnalysis, TellsTheLongestWaitsAndWhatTheSupervisorDidThen) {
  const auto report = MadeUpTrace(2)
                          .loop("write", 90, 130)  // before the wait is known of
                          .stage(0, "wait", 0, 9)
                          .stage(0, "wait", 100, 140, 7)
                          .stage(1, "wait", 200, 300, 8)
                          .loop("merge", 130, 200)
                          .loop("wait", 250, 400)
                          .report();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->stalls.size(), 2U);
  EXPECT_EQ(report->stalls[0].worker, 1);
  EXPECT_EQ(report->stalls[0].task, 8);
  EXPECT_EQ(report->stalls[0].supervisor, (TimeByName{{"wait", 50 * kMs}}));
  EXPECT_EQ(report->stalls[1].begin_ns, 100 * kMs);
  EXPECT_EQ(report->stalls[1].supervisor, (TimeByName{{"write", 30 * kMs}, {"merge", 10 * kMs}}));
}

TEST(TraceAnalysis, KeepsTheLongestOfManyWaits) {
  MadeUpTrace trace(1);
  for (int i = 0; i < 100; ++i) trace.stage(0, "wait", 1000 * i, 1000 * i + 20 + (i * 37) % 100);
  const auto report = trace.report();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->stalls.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(report->stalls[i].end_ns - report->stalls[i].begin_ns,
              (119 - static_cast<std::int64_t>(i)) * kMs);
  }
}

TEST(TraceAnalysis, TellsTheTailFromTheFirstWorkerThatRanDry) {
  const auto report = MadeUpTrace(2)
                          .stage(0, "forward", 10, 100)
                          .stage(1, "forward", 10, 400)
                          .stage(0, "send", 100, 101)
                          .loop("stop", 410, 430)
                          .report();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->first_dry_ns(), 100 * kMs);
  EXPECT_EQ(report->end_ns(), 400 * kMs);
  EXPECT_EQ(report->stop_ns, 410 * kMs);
}

struct BoundCase {
  const char* bound;
  Result<TraceReport> report;
  const char* words;
};

std::vector<BoundCase> bound_cases() {
  return {
      {"forward",
       MadeUpTrace(1)
           .stage(0, "decode", 0, 15)
           .stage(0, "forward", 15, 93)
           .stage(0, "reduce", 93, 100)
           .report(),
       "forward bounds the run: 78% of the workers' time; read 15%, reduce 7%"},
      {"read",
       MadeUpTrace(1)
           .stage(0, "seek", 0, 20)
           .stage(0, "decode", 20, 60)
           .stage(0, "forward", 60, 100)
           .report(),
       "read bounds the run: 60% of the workers' time; forward 40%"},
      {"start-up", MadeUpTrace(1).stage(0, "forward", 600, 1000).report(), "0.60 of 1.00 s"},
      {"tail", MadeUpTrace(2).stage(0, "forward", 0, 20).stage(1, "forward", 0, 100).report(),
       "40%"},
      {"supervisor",
       MadeUpTrace(1)
           .stage(0, "forward", 0, 30)
           .stage(0, "wait", 30, 70)
           .stage(0, "forward", 70, 100)
           .loop("merge", 0, 90)
           .loop("wait", 90, 100)
           .report(),
       "busy for 90%"},
      {"wait",
       MadeUpTrace(1)
           .stage(0, "forward", 0, 30)
           .stage(0, "wait", 30, 70)
           .stage(0, "forward", 70, 100)
           .loop("merge", 0, 10)
           .loop("wait", 10, 100)
           .report(),
       "workers waited for 40% of their time"},
      {"nothing", MadeUpTrace(1).loop("wait", 0, 10).report(), "no worker"},
  };
}

TEST(TraceVerdict, NamesWhatBoundsTheRun) {
  for (const BoundCase& one : bound_cases()) {
    ASSERT_TRUE(one.report.ok()) << one.bound;
    EXPECT_EQ(verdict(*one.report).bound, one.bound);
    EXPECT_THAT(verdict(*one.report).sentence, HasSubstr(one.words));
  }
}

TEST(TraceVerdict, TellsWhenWorkersHadToShareTheirCores) {
  const auto shared =
      MadeUpTrace(1).stage(0, "forward", 0, 100).task(0, "task 1", 0, 100, 60).report();
  const auto alone =
      MadeUpTrace(1).stage(0, "forward", 0, 100).task(0, "task 1", 0, 100, 98).report();
  ASSERT_TRUE(shared.ok() && alone.ok());
  EXPECT_THAT(core_sharing(*shared), HasSubstr("60%"));
  EXPECT_EQ(core_sharing(*alone), "");
}

TEST(TraceVerdict, TakesAWorkersWaitForItsHelperForNoLackOfACore) {
  const auto waits = [](int helper_cpu) {
    return MadeUpTrace(1)
        .stage(0, "decode", 0, 50)
        .stage(0, "forward", 50, 100)
        .task(0, "task 1", 0, 100, 50)
        .helper(0, "decode", 0, 50, helper_cpu)
        .report();
  };
  const auto alone = waits(49);
  const auto shared = waits(10);
  ASSERT_TRUE(shared.ok() && alone.ok());
  EXPECT_EQ(core_sharing(*alone), "");
  EXPECT_THAT(core_sharing(*shared), HasSubstr("60%"));
}

TEST(TraceVerdict, DoesNotAdviseReadingAheadToThoseWhoDo) {
  MadeUpTrace ahead(1);
  ahead.stage(0, "decode", 0, 90).stage(0, "forward", 90, 100).helper(0, "decode", 0, 90, 1);
  const auto reads = MadeUpTrace(1).stage(0, "decode", 0, 90).stage(0, "forward", 90, 100).report();
  ASSERT_TRUE(reads.ok() && ahead.report().ok());
  EXPECT_THAT(verdict(*reads).remedy, HasSubstr("decode_ahead"));
  EXPECT_EQ(verdict(*ahead.report()).bound, "read");
  EXPECT_THAT(verdict(*ahead.report()).remedy, ::testing::Not(HasSubstr("decode_ahead")));
}

TEST(TraceText, HasAHelpersRowBelowItsWorkersWhichAddsUpToo) {
  const auto report = MadeUpTrace(1)
                          .stage(0, "wait", 20, 40)
                          .stage(0, "forward", 40, 80)
                          .helper(0, "decode", 40, 50, 10)
                          .loop("stop", 80, 100)
                          .report();
  ASSERT_TRUE(report.ok());
  const std::string text = trace_text(*report);
  EXPECT_THAT(text, HasSubstr("wait  probe  seek  decode  resample"));
  EXPECT_THAT(text, ::testing::ContainsRegex(
                        "helper of worker 0 +20.0 +50.0 +0.0 +0.0 +10.0 .*0.0 +20.0\n"));
  const auto json = nlohmann::json::parse(trace_json(*report));
  EXPECT_EQ(json["workers"][0]["helper"]["stage_seconds"]["decode"], 0.01);
}

TEST(TraceText, HasARowOfEqualWidthForEachWorkerAndTheVerdictLast) {
  const auto report = MadeUpTrace(12)
                          .stage(0, "decode", 100, 200)
                          .stage(11, "forward", 0, 1000)
                          .stage(3, "wait", 0, 500)
                          .report();
  ASSERT_TRUE(report.ok());
  const std::string text = trace_text(*report);
  std::istringstream lines(text);
  std::size_t width = 0;
  int rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with("untold  end")) width = line.size();
    if (!line.starts_with("worker ")) continue;
    EXPECT_EQ(line.size(), width) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 12);
  EXPECT_THAT(text, HasSubstr(verdict(*report).sentence + "\n→ "));
  const auto json = nlohmann::json::parse(trace_json(*report));
  EXPECT_EQ(json["bound"], verdict(*report).bound);
  EXPECT_EQ(json["workers"][11]["stage_seconds"]["forward"], 1.0);
}

}  // namespace
}  // namespace rookery
