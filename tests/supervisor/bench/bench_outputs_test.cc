#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "supervisor/bench/kept_outputs.h"
#include "supervisor/bench/outputs_compared.h"
#include "supervisor/exports/npy_array.h"
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

using Vector = std::vector<float>;

// As a run exports it.
std::string array(const std::vector<Vector>& vectors) {
  const std::size_t length = vectors.empty() ? 0 : vectors.front().size();
  std::string bytes = npy_header(
      "<f4", {static_cast<std::int64_t>(vectors.size()), static_cast<std::int64_t>(length)});
  for (const Vector& vector : vectors) bytes += npy_bytes(vector);
  return bytes;
}

TEST(CompareVectors, FindsTheLargestDifferenceOfAComponentAndTheSmallestCosine) {
  const Arrays one = {{"a.npy", array({{3, 4}, {1, 0}})}, {"b.npy", array({{0, 0}})}};
  const Arrays other = {{"a.npy", array({{3, 4}, {1, 1}})}, {"b.npy", array({{0, 0}})}};
  const VectorDifference difference = *compare_vectors(one, other);
  EXPECT_NEAR(difference.largest, 1, 1e-9);
  EXPECT_NEAR(difference.smallest_cosine, std::sqrt(0.5), 1e-9);
  EXPECT_EQ(difference.vectors, 3);
  EXPECT_EQ(difference.vectors_alone, 0);
}

TEST(CompareVectors, ComparesOnlyWhatHasAFellowOfTheSameShape) {
  const Arrays one = {{"longer.npy", array({{1}, {2}})}, {"missing.npy", array({{1}})}};
  const Arrays other = {{"longer.npy", array({{1}})}, {"new.npy", array({{1}})}};
  for (const auto& difference : {*compare_vectors(one, other), *compare_vectors(other, one)}) {
    EXPECT_EQ(difference.vectors, 0);
    EXPECT_EQ(difference.vectors_alone, 5);
    EXPECT_EQ(difference.largest, 0);
  }
  // As many numbers, of other vectors.
  EXPECT_EQ(compare_vectors({{"a.npy", array({{1, 2}})}}, {{"a.npy", array({{1}, {2}})}})->vectors,
            0);
}

TEST(CompareVectors, CountsWhatIsNoNumberInOneAloneInsteadOfHidingIt) {
  const Arrays one = {{"a.npy", array({{NAN, 1}, {NAN, 1}})}};
  const Arrays other = {{"a.npy", array({{0, 1}, {NAN, 1}})}};
  const VectorDifference difference = *compare_vectors(one, other);
  EXPECT_EQ(difference.vectors, 1);
  EXPECT_EQ(difference.vectors_alone, 2);
}

TEST(CompareVectors, TellsNothingWhereThereAreNoVectors) {
  EXPECT_FALSE(compare_vectors({}, {}).has_value());
  EXPECT_FALSE(compare_vectors({{"a.npy", array({})}}, {{"a.npy", array({})}}).has_value());
  const Arrays spoiled = {{"a.npy", "what is no array"}};
  EXPECT_FALSE(compare_vectors(spoiled, spoiled).has_value());
}

RC_GTEST_PROP(CompareVectors, IsTheSameEitherWayAndNothingAgainstItself, ()) {
  Arrays arrays[2];
  for (Arrays& made : arrays) {
    const auto numbers = *rc::gen::container<Vector>(
        6, rc::gen::map(rc::gen::inRange(-50, 50),
                        [](int number) { return static_cast<float>(number) / 8; }));
    made["a.npy"] =
        array({{numbers[0], numbers[1], numbers[2]}, {numbers[3], numbers[4], numbers[5]}});
  }
  const VectorDifference there = *compare_vectors(arrays[0], arrays[1]);
  const VectorDifference back = *compare_vectors(arrays[1], arrays[0]);
  RC_ASSERT(there.largest == back.largest);
  RC_ASSERT(there.smallest_cosine == back.smallest_cosine);
  RC_ASSERT(compare_vectors(arrays[0], arrays[0])->largest == 0);
  RC_ASSERT(compare_vectors(arrays[0], arrays[0])->smallest_cosine == 1);
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

KeptOutput kept(const std::string& digest) {
  const std::map<std::string, double> scores = {{"d1", 0.5}, {"d2", 0.75}, {"d3", 0.9}};
  const auto component = static_cast<float>(scores.at(digest));
  return {row("a", 0, "x", scores.at(digest)), {{"a.npy", array({{component, 1}})}}};
}

TEST(CompareOutputs, ExpectsEqualBytesOnlyWhereResultShapingKeysAgree) {
  const Grid grid = grid_of({{"4", "processes"}, {"4", "threads"}, {"8", "threads"}});
  const auto groups = compare_outputs(grid, {{"d1"}, {"d1"}, {"d2"}}, kept);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].settings, ElementsAre(Pair("batch.size", "4")));
  EXPECT_THAT(groups[0].cells, ElementsAre(0, 1));
  EXPECT_TRUE(groups[0].bytes_equal());
  EXPECT_FALSE(groups[0].from_first.scores.has_value());
  EXPECT_TRUE(groups[1].bytes_equal());
  ASSERT_TRUE(groups[1].from_first.scores.has_value());
  EXPECT_NEAR(groups[1].from_first.scores->largest, 0.25, 1e-6);
  ASSERT_TRUE(groups[1].from_first.vectors.has_value());
  EXPECT_NEAR(groups[1].from_first.vectors->largest, 0.25, 1e-6);
  EXPECT_FALSE(groups[1].within.scores.has_value());
}

TEST(CompareOutputs, NamesEveryCellThatShouldAgreeAndDoesNotWithTheWidestDifference) {
  const Grid grid = grid_of({{"4", "a"}, {"4", "b"}, {"4", "c"}, {"4", "d"}});
  const auto groups = compare_outputs(grid, {{"d1"}, {"d2"}, {"d1"}, {"d1", "d3"}}, kept);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_FALSE(groups[0].bytes_equal());
  EXPECT_THAT(groups[0].odd, ElementsAre(1, 3));
  EXPECT_NEAR(groups[0].within.scores->largest, 0.4, 1e-6);
  EXPECT_NEAR(groups[0].within.vectors->largest, 0.4, 1e-6);
  EXPECT_FALSE(groups[0].from_first.scores.has_value());
}

TEST(CompareOutputs, TellsDifferencesWithinAGroupApartFromThoseToTheBaseline) {
  const Grid grid = grid_of({{"4", "a"}, {"8", "a"}, {"8", "b"}});
  const auto groups = compare_outputs(grid, {{"d1"}, {"d2"}, {"d3"}}, kept);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_NEAR(groups[1].within.scores->largest, 0.15, 1e-6);
  EXPECT_NEAR(groups[1].from_first.scores->largest, 0.4, 1e-6);
}

TEST(CompareOutputs, TellsRunsOfOneCellThatDiffer) {
  const auto groups = compare_outputs(grid_of({{"4", "threads"}}), {{"d1", "d2"}}, kept);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_FALSE(groups[0].bytes_equal());
  EXPECT_THAT(groups[0].odd, ElementsAre(0));
}

TEST(CompareOutputs, BeginsWithTheBaselineAndLeavesOutWhatNeverRan) {
  Grid grid = grid_of({{"4", "threads"}, {"8", "threads"}, {"2", "threads"}});
  grid.baseline = 1;
  const auto groups = compare_outputs(grid, {{"d1"}, {"d2"}, {}}, kept);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].cells, ElementsAre(1));
}

class KeepOutput : public ::testing::Test {
 protected:
  std::string keep() {
    const auto digest = keep_output(folder / "run", folder / "kept");
    return digest ? *digest : to_string(digest.error());
  }
  void SetUp() override { std::filesystem::create_directories(folder / "kept"); }

  TemporaryFolder folder;
};

TEST_F(KeepOutput, IsKnownByTheExportsAlone) {
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

TEST_F(KeepOutput, IsNoneIfAnExportCannotBeRead) {
  folder.write("run/detections.jsonl", "rows\n");
  std::filesystem::create_symlink("/proc/self/mem", folder / "run/labels.txt");
  EXPECT_THAT(keep(), HasSubstr("labels.txt"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "kept"));
}

TEST_F(KeepOutput, ChangesWithAnyByteOrNameOfAnExport) {
  folder.write("run/a/b.wav.txt", "labels");
  const std::string before = keep();
  folder.write("run/a/b.wav.txt", "labelz");
  const std::string other_byte = keep();
  std::filesystem::rename(folder / "run/a/b.wav.txt", folder / "run/a/c.wav.txt");
  const std::string other_name = keep();
  EXPECT_NE(before, other_byte);
  EXPECT_NE(other_byte, other_name);
}

TEST_F(KeepOutput, GivesBackRowsAndArraysByTheNamesOfTheirExports) {
  folder.write("run/detections.jsonl", "rows\n");
  folder.write("run/a/b.wav.npy", "array");
  folder.write("run/a/b.wav.txt", "labels");
  const KeptOutput output = *kept_output(folder / "kept", keep());
  EXPECT_EQ(output.rows, "rows\n");
  EXPECT_THAT(output.arrays, ElementsAre(Pair("a/b.wav.npy", "array")));
}

}  // namespace
}  // namespace rookery
