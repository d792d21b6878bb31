#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "supervisor/bench/kept_outputs.h"
#include "supervisor/bench/outputs_compared.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

std::string row(const std::string& recording, double start, const std::string& label,
                double score) {
  return "{\"recording\":\"" + recording + "\",\"start\":" + std::to_string(start) +
         ",\"end\":9.0,\"label\":\"" + label + "\",\"score\":" + std::to_string(score) + "}\n";
}

TEST(CompareRows, FindsTheLargestDifferenceAmongEqualRecordingStartAndLabel) {
  const std::string one = row("a", 0, "x", 0.5) + row("a", 1, "x", 0.7) + row("b", 1, "x", 0.1);
  const std::string other = row("a", 0, "x", 0.6) + row("a", 1, "y", 0.1) + row("b", 1, "x", 0.4);
  const ScoreDifference difference = *compare_rows(one, other);
  EXPECT_NEAR(difference.largest, 0.3, 1e-6);
  EXPECT_EQ(difference.rows, 2);
  EXPECT_EQ(difference.rows_alone, 2);
}

RC_GTEST_PROP(CompareRows, IsTheSameEitherWayAndNothingAgainstItself, ()) {
  std::string texts[2];
  for (std::string& text : texts) {
    const auto rows = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 200));
    for (const int seed : rows) text += row("r", seed % 7, seed % 2 == 0 ? "x" : "y", seed / 200.0);
  }
  RC_PRE(!texts[0].empty());
  const ScoreDifference there = *compare_rows(texts[0], texts[1]);
  const ScoreDifference back = *compare_rows(texts[1], texts[0]);
  RC_ASSERT(there.largest == back.largest);
  RC_ASSERT(there.rows == back.rows);
  RC_ASSERT(there.rows_alone == back.rows_alone);
  const ScoreDifference itself = *compare_rows(texts[0], texts[0]);
  RC_ASSERT(itself.largest == 0);
  RC_ASSERT(itself.rows_alone == 0);
}

TEST(CompareRows, TellsNoDifferenceWhereThereAreNoRows) {
  EXPECT_FALSE(compare_rows("", "").has_value());
  EXPECT_TRUE(compare_rows("", row("a", 0, "x", 0.5)).has_value());
}

// Cells of two keys, one that shapes results and one that does not.
Grid grid_of(const std::vector<std::pair<std::string, std::string>>& cells) {
  Grid grid;
  for (const auto& [batch, engine] : cells) {
    grid.cells.push_back(
        {batch + engine, {{"batch.size", {batch, batch}}, {"engine", {engine, engine}}}, false});
  }
  return grid;
}

std::string rows_of(const std::string& digest) {
  const std::map<std::string, double> scores = {{"d1", 0.5}, {"d2", 0.75}};
  return row("a", 0, "x", scores.at(digest));
}

TEST(CompareOutputs, ExpectsEqualBytesOnlyWhereResultShapingKeysAgree) {
  const Grid grid = grid_of({{"4", "processes"}, {"4", "threads"}, {"8", "threads"}});
  const auto groups = compare_outputs(grid, {{"d1"}, {"d1"}, {"d2"}}, rows_of);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].settings, ElementsAre(Pair("batch.size", "4")));
  EXPECT_THAT(groups[0].cells, ElementsAre(0, 1));
  EXPECT_TRUE(groups[0].bytes_equal);
  EXPECT_FALSE(groups[0].difference.has_value());
  EXPECT_TRUE(groups[1].bytes_equal);
  ASSERT_TRUE(groups[1].difference.has_value());
  EXPECT_NEAR(groups[1].difference->largest, 0.25, 1e-6);
}

TEST(CompareOutputs, TellsCellsThatShouldAgreeAndDoNot) {
  const Grid grid = grid_of({{"4", "processes"}, {"4", "threads"}});
  const auto groups = compare_outputs(grid, {{"d1"}, {"d2"}}, rows_of);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_FALSE(groups[0].bytes_equal);
  EXPECT_NEAR(groups[0].difference->largest, 0.25, 1e-6);
}

TEST(CompareOutputs, TellsRunsOfOneCellThatDiffer) {
  const auto groups = compare_outputs(grid_of({{"4", "threads"}}), {{"d1", "d2"}}, rows_of);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_FALSE(groups[0].bytes_equal);
}

TEST(CompareOutputs, BeginsWithTheBaselineAndLeavesOutWhatNeverRan) {
  Grid grid = grid_of({{"4", "threads"}, {"8", "threads"}, {"2", "threads"}});
  grid.baseline = 1;
  const auto groups = compare_outputs(grid, {{"d1"}, {"d2"}, {}}, rows_of);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].cells, ElementsAre(1));
}

class KeptOutput : public ::testing::Test {
 protected:
  std::string keep() {
    const auto digest = keep_output(folder / "run", folder / "kept");
    return digest ? *digest : to_string(digest.error());
  }
  void SetUp() override { std::filesystem::create_directories(folder / "kept"); }

  TemporaryFolder folder;
};

TEST_F(KeptOutput, IsKnownByTheExportsAlone) {
  folder.write("run/detections.jsonl", "rows\n");
  folder.write("run/a/b.wav.txt", "labels");
  const std::string digest = keep();
  EXPECT_THAT(digest, SizeIs(64));
  EXPECT_TRUE(std::filesystem::exists(folder / ("kept/" + digest + ".jsonl")));
  folder.write("run/summary.json", "{\"wall_seconds\": 1}");
  folder.write("run/journal.sqlite", "x");
  folder.write("run/journal.sqlite-wal", "x");
  folder.write("run/run.yaml", "x");
  folder.write("run/.rookery-lock", "17");
  EXPECT_EQ(keep(), digest);
}

TEST_F(KeptOutput, IsNoneIfAnExportCannotBeRead) {
  folder.write("run/detections.jsonl", "rows\n");
  std::filesystem::create_symlink("/proc/self/mem", folder / "run/labels.txt");
  EXPECT_THAT(keep(), HasSubstr("labels.txt"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "kept"));
}

TEST_F(KeptOutput, ChangesWithAnyByteOrNameOfAnExport) {
  folder.write("run/a/b.wav.txt", "labels");
  const std::string before = keep();
  folder.write("run/a/b.wav.txt", "labelz");
  const std::string other_byte = keep();
  std::filesystem::rename(folder / "run/a/b.wav.txt", folder / "run/a/c.wav.txt");
  const std::string other_name = keep();
  EXPECT_NE(before, other_byte);
  EXPECT_NE(other_byte, other_name);
}

}  // namespace
}  // namespace rookery
