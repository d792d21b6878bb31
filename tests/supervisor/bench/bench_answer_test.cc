// What a bench says in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "supervisor/bench/answer.h"
#include "tests/supervisor/bench/made_up_runs.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Answer, CallsNoCellEqualThatWasSlowerInEveryRound) {
  for (const std::string& sentence : on_a_drifting_host(1.5).results().answer) {
    EXPECT_THAT(sentence, Not(HasSubstr("cannot be told from it")));
  }
}

TEST(Answer, TellsOfLessMemoryOnlyWhereTheIntervalsSaySo) {
  const auto thrifty = [](double least_of_the_other) {
    Measured measured = on_a_drifting_host(1.05);  // the second cell is a little faster, at 2e8
    measured.records[1].metrics["peak_pss_bytes"] = least_of_the_other;
    return measured.results().answer;
  };
  EXPECT_THAT(thrifty(1.9e8), Contains(HasSubstr("1 worker needs 100 MB instead of 200 MB")));
  EXPECT_THAT(thrifty(0.9e8), Not(Contains(HasSubstr("instead of"))));
}

TEST(Answer, TellsModelsOfOneNameInSeveralFoldersApart) {
  Measured measured = on_a_drifting_host(1.5);
  const std::vector<std::string> models = {"models/plain/seq-8", "models/frozen/seq-8"};
  measured.grid.keys = {{"model", {{models[0], ""}, {models[1], ""}}}};
  for (const std::size_t cell : {0U, 1U}) {
    measured.grid.cells[cell].settings = {{"model", {models[cell], ""}}};
  }
  EXPECT_THAT(measured.results().answer.front(),
              HasSubstr("for these models: frozen/seq-8: 1.50 times the speed of the baseline "
                        "(plain/seq-8)"));
}

TEST(Answer, NamesTheFastestCellWithSpeedAndMemory) {
  const auto answer = on_a_drifting_host(1.5).results().answer;
  EXPECT_THAT(answer.front(), HasSubstr("2 workers: 1.50 times the speed of the baseline"));
  EXPECT_THAT(answer.front(), HasSubstr("at 2.00 times its memory"));
}

TEST(Answer, ClaimsNoDifferenceThatWasNotShown) {
  Measured measured;
  for (int round = 0; round < kRounds; ++round) {
    measured.records.push_back(run_of(measured.grid, 0, round, 10));
    measured.records.push_back(run_of(measured.grid, 1, round, round % 2 == 0 ? 9.9 : 10.1));
  }
  EXPECT_THAT(measured.results().answer.front(), HasSubstr("no difference to the baseline"));
}

TEST(Answer, SaysThatTooFewRoundsWereMeasured) {
  Measured measured;
  for (const std::size_t cell : {0U, 1U}) {
    measured.records.push_back(run_of(measured.grid, cell, 0, 3 - static_cast<double>(cell)));
  }
  EXPECT_THAT(measured.results().answer.front(), HasSubstr("Too few rounds were measured"));
  EXPECT_THAT(on_a_drifting_host(1.5).results().answer, Not(Contains(HasSubstr("Too few"))));
}

TEST(Answer, SaysThatNothingWasFasterThanTheBaseline) {
  EXPECT_THAT(on_a_drifting_host(0.5).results().answer.front(),
              HasSubstr("nothing was faster than the baseline"));
}

TEST(Answer, SaysWhatIsOversubscribed) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells[1].oversubscribed = true;
  const auto answer = measured.results().answer;
  EXPECT_THAT(answer.front(), HasSubstr("2 workers (oversubscribed)"));
  EXPECT_THAT(answer, Contains(HasSubstr("1 of 2 cells ask for more threads than the 2 cores")));
}

TEST(Answer, SaysLoudlyThatOutputsDiffer) {
  Measured measured = on_a_drifting_host(1.5);
  EXPECT_THAT(measured.results().answer, Not(Contains(HasSubstr("WARNING"))));
  measured.records.back().output_digest = "other";
  EXPECT_THAT(measured.results().answer,
              Contains(AllOf(HasSubstr("WARNING"),
                             HasSubstr("workers=2 not as the first run of workers=1"))));
}

TEST(Answer, TellsHowFarVectorsAreApart) {
  EXPECT_THAT(of_two_batches({1, 0.25}).results().answer,
              Contains(AllOf(HasSubstr("from the baseline's, components of vectors differ by 0.25 "
                                       "at most, the least cosine similarity is 0.970143"))));
}

TEST(Answer, CallsNoOutputTheBaselinesThatIsNot) {
  Measured measured = of_two_batches({1, 0.25});
  measured.grid.cells.push_back({"batch.size=3", {{"batch.size", {"3", "3"}}}, false});
  measured.records.push_back(run_of(measured.grid, 2, 0, 1));
  for (RunRecord& record : measured.records) {
    if (record.cell == measured.grid.cells[0].id) record.ending = RunEnding::kFailed;
  }
  EXPECT_THAT(measured.results().answer,
              Contains(HasSubstr("from those of workers=2 (the baseline gave none)")));
}

TEST(Answer, CountsWhatWasNotMeasured) {
  Measured measured;
  RunRecord slow = run_of(measured.grid, 1, 0, 0);
  slow.ending = RunEnding::kOverTime;
  slow.metrics.clear();
  measured.records.push_back(slow);
  const auto answer = measured.results().answer;
  EXPECT_EQ(answer.front(), "No cell was measured.");
  EXPECT_THAT(answer, Contains(HasSubstr("took longer than a cell may and were stopped: 1 of 2")));
  EXPECT_THAT(answer, Contains(HasSubstr("not reached within the time budget: 1 of 2")));
}

TEST(Answer, TellsSharesOfSpeedRoundByRound) {
  Measured measured = on_a_drifting_host(1.05);
  // The last round of the faster one is missing, so that its median is of faster rounds.
  measured.records.pop_back();
  EXPECT_THAT(measured.results().answer,
              Contains(HasSubstr("With 95% of that speed, 1 worker needs 100 MB")));
}

TEST(Answer, SaysThatRecordingsFailedOrHaveGaps) {
  Measured measured = on_a_drifting_host(1.5);
  for (RunRecord& record : measured.records) record.metrics["recordings_amiss"] = 0;
  EXPECT_THAT(measured.results().answer, Not(Contains(HasSubstr("gaps"))));
  measured.records.back().metrics["recordings_amiss"] = 3;
  EXPECT_THAT(measured.results().answer,
              Contains(HasSubstr("WARNING: in 1 of 2 cells recordings failed or have gaps, 3 at "
                                 "most (2 workers)")));
}

TEST(Answer, SaysThatOtherSettingsGaveTheSameBytes) {
  Measured measured = of_two_batches({1, 0});
  for (RunRecord& record : measured.records) record.output_digest = "d";
  EXPECT_THAT(measured.results().answer, Contains(HasSubstr("all gave the same bytes")));
  const auto json = nlohmann::json::parse(to_json({}, measured.results()));
  EXPECT_EQ(json["output_groups"][1]["largest_vector_difference"], 0.0);
}

}  // namespace
}  // namespace rookery
