#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "supervisor/bench/runs_file.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Facts = std::map<std::string, std::string>;
const Facts kFacts = {{"matrix.workers", "1, 2"}, {"run.model", "m"}};

RunRecord any_record() {
  RunRecord record;
  record.cell = "workers=" + std::to_string(*rc::gen::inRange(1, 100)) + " title=\"ä\n\"";
  record.set_aside = *rc::gen::arbitrary<bool>();
  record.phase = *rc::gen::element(Phase::kWarmUp, Phase::kMeasured, Phase::kCold);
  record.round = *rc::gen::inRange(0, 10);
  record.ending = *rc::gen::element(RunEnding::kDone, RunEnding::kOverTime, RunEnding::kFailed);
  record.why = *rc::gen::element<std::string>("", "exit code 3: no \"model\"\tthere");
  record.began_seconds = *rc::gen::inRange(0, 2'000'000'000);
  record.load = *rc::gen::inRange(0, 1'000) / 7.0;
  record.spent_seconds = *rc::gen::inRange(0, 100'000) / 7.0;
  record.metrics = {{"wall_seconds", *rc::gen::inRange(1, 1'000'000) / 3e6}, {"migrations", 3}};
  record.memory = {{0.1, 1e8, 9e7, std::nullopt}, {0.2, 1.1e8, 9.5e7, 1e8, 2e7}};
  record.output_digest = "abc";
  record.versions = {{"libtorch", "2.13.0"}};
  return record;
}

RC_GTEST_PROP(RunRecordLine, GivesTheSameRecordBack, ()) {
  const RunRecord record = any_record();
  const std::string line = to_line(record);
  RC_ASSERT(line.find('\n') == std::string::npos);
  const auto again = parse_run_record(line);
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == record);
}

RunRecord record_of(const std::string& cell) {
  RunRecord record;
  record.cell = cell;
  return record;
}

std::vector<std::string> cells_in(const std::string& path) {
  const auto file = RunsFile::open(path, kFacts);
  if (!file) return {to_string(file.error())};
  std::vector<std::string> cells;
  for (const RunRecord& record : file->earlier()) cells.push_back(record.cell);
  return cells;
}

RunRecord run_with_memory() {
  RunRecord record = record_of("a");
  record.metrics = {{"start_up_seconds", 0.5}, {"peak_pss_bytes", 9}};
  record.memory = {{1, 0, 100, 130.0}, {2, 0, 120, std::nullopt}};
  return record;
}

class RunsFileTest : public ::testing::Test {
 protected:
  void write(const std::vector<std::string>& cells) {
    auto file = RunsFile::open(path_, kFacts);
    ASSERT_TRUE(file.ok());
    for (const std::string& cell : cells) ASSERT_TRUE(file->append(record_of(cell)).ok());
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "runs.jsonl";
};

TEST_F(RunsFileTest, TakesPeaksOfMemoryFromTheSamplesOfEarlierRuns) {
  {
    auto file = RunsFile::open(path_, kFacts);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->append(run_with_memory()).ok());
  }
  const auto again = RunsFile::open(path_, kFacts);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->earlier().front().metrics.at("peak_pss_bytes"), 150);
}

TEST_F(RunsFileTest, KeepsRunsInTheirOrderOverSessions) {
  write({"a", "b"});
  EXPECT_THAT(cells_in(path_), ElementsAre("a", "b"));
  write({"c"});
  EXPECT_THAT(cells_in(path_), ElementsAre("a", "b", "c"));
}

// A kill may come at any byte of a write: what was whole before stays, and the file can be gone on
// with.
TEST_F(RunsFileTest, DropsALineThatWasCutAnywhere) {
  write({"a"});
  const auto whole = std::filesystem::file_size(path_);
  write({"b"});
  const auto both = std::filesystem::file_size(path_);
  std::ostringstream text;
  text << std::ifstream(path_).rdbuf();
  for (auto size = whole; size < both; ++size) {
    std::ofstream(path_) << text.str().substr(0, size);
    ASSERT_THAT(cells_in(path_), ElementsAre("a")) << "cut at " << size;
    write({"c"});
    ASSERT_THAT(cells_in(path_), ElementsAre("a", "c")) << "cut at " << size;
  }
}

TEST_F(RunsFileTest, BeginsAnewWhereNotEvenTheFirstLineIsWhole) {
  folder_.write("runs.jsonl", R"({"schema":"rook)");
  EXPECT_THAT(cells_in(path_), IsEmpty());
  write({"a"});
  EXPECT_THAT(cells_in(path_), ElementsAre("a"));
}

TEST_F(RunsFileTest, RefusesTheRunsOfAnotherConfigNamingWhatDiffers) {
  write({"a"});
  Facts other = kFacts;
  other["matrix.workers"] = "1, 3";
  const auto file = RunsFile::open(path_, other);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().stage, "config");
  EXPECT_THAT(file.error().reason,
              AllOf(HasSubstr("matrix.workers"), HasSubstr("1, 2"), HasSubstr("1, 3")));
}

// /proc/self/mem can be opened, but not read at its beginning.
TEST_F(RunsFileTest, TakesAFileThatCannotBeReadForNoEmptyOne) {
  std::filesystem::create_symlink("/proc/self/mem", path_);
  const auto file = RunsFile::open(path_, kFacts);
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().reason, AllOf(HasSubstr("runs.jsonl"), HasSubstr("read")));
}

TEST_F(RunsFileTest, RefusesWhatIsNoFileOfItsOwn) {
  folder_.write("runs.jsonl", "{\"a\": 1}\n");
  EXPECT_FALSE(RunsFile::open(path_, kFacts).ok());
}

TEST_F(RunsFileTest, RefusesAFileThatIsDamagedInTheMiddleNamingTheLine) {
  write({"a"});
  std::ofstream(path_, std::ios::app) << "nonsense\n";
  const auto file = RunsFile::open(path_, kFacts);
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().reason, HasSubstr("line 3"));
}

}  // namespace
}  // namespace rookery
