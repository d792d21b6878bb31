// What a folder of runs takes up and what it refuses. Runs are those of a shell script that leaves
// what `rookery run` leaves.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "supervisor/bench/bench_session.h"
#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/live_runs.h"
#include "supervisor/bench/whole_file.h"
#include "tests/supervisor/bench/folder_of_runs.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FolderOfRuns, IsGoneOnWithByRunsThatAreMadeWithTheSame) {
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(run(1), "");
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 3U);
}

TEST_F(FolderOfRuns, TakesNoRunThatWasMadeWithAnotherLibTorchOrCapability) {
  EXPECT_EQ(run(0), "");
  versions("2.14.0", "AVX512", "abc");
  EXPECT_THAT(run(1), AllOf(HasSubstr("libtorch was 2.13.0"), HasSubstr("is 2.14.0"),
                            HasSubstr("runs.jsonl"), HasSubstr("--out")));
  versions("2.13.0", "AVX2", "abc");
  EXPECT_THAT(run(1), AllOf(HasSubstr("cpu_capability was AVX512"), HasSubstr("is AVX2")));
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, TakesNoRunOfAnotherBuildOfTheSameVersion) {
  order_.programs = "1a2b3c4d 5e6f7a8b";
  EXPECT_EQ(run(0), "");
  order_.programs = "1a2b3c4d 00000000";
  EXPECT_THAT(run(1), AllOf(HasSubstr("programs was 1a2b3c4d 5e6f7a8b"), HasSubstr("runs.jsonl")));
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, TakesNoRunOfAModelThatHasChangedWhicheverCellItIsOf) {
  EXPECT_EQ(run(0), "");
  versions("2.13.0", "AVX512", "def");
  for (const std::size_t cell : {0U, 1U}) {
    EXPECT_THAT(run(cell, 1), AllOf(HasSubstr("model_sha256 of some/model was abc"),
                                    HasSubstr("is def"), HasSubstr(order_.grid.cells[cell].id)));
  }
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, TakesNoRunOfSeveralModelsAnyOfWhichHasChanged) {
  std::string script = kScript;
  script +=
      "mkdir \"$out/one\" \"$out/other\"\n"
      "mv \"$out/summary.json\" \"$out/detections.jsonl\" \"$out/one\"\n"
      "cp \"$(dirname \"$0\")/other.json\" \"$out/other/summary.json\"\n";
  order_.program = folder_.write("several", script);
  fs::permissions(order_.program, fs::perms::owner_all);
  folder_.write("other.json", R"({"versions": {"model_sha256": "def"}})");
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(run(1), "");
  folder_.write("other.json", R"({"versions": {"model_sha256": "ghi"}})");
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("was abc, def"), HasSubstr("is abc, ghi")));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(FolderOfRuns, HoldsModelsThatCellsNameDifferently) {
  order_.config =
      *parse_bench_config("matrix: {model: [one, other]}\ninputs: {generated: {}}\n", "bench.yaml");
  order_.grid = *make_grid(order_.config);
  EXPECT_EQ(run(0), "");
  versions("2.13.0", "AVX512", "def");
  EXPECT_EQ(run(1), "");
  EXPECT_EQ(runs(), 2U);
}

// As one that an earlier program mixed.
TEST_F(FolderOfRuns, IsRefusedIfItIsMixedAlready) {
  EXPECT_EQ(run(0), "");
  std::string line = *bytes_of_file(folder_ / "out/runs.jsonl");
  line = line.substr(line.find('\n') + 1);
  line.replace(line.find("2.13.0"), 6, "2.12.0");
  std::ofstream(folder_ / "out/runs.jsonl", std::ios::app) << line;
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("2.13.0"), HasSubstr("2.12.0")));
  EXPECT_EQ(runs(), 2U) << "it was run";
}

TEST_F(FolderOfRuns, IsRefusedIfTheRecordingsHaveChanged) {
  EXPECT_EQ(run(0), "");
  const auto time = fs::last_write_time(folder_ / "recordings/a.wav");
  folder_.write("recordings/a.wav", "other sound");
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("inputs.files was 1 of 5 bytes"),
                               HasSubstr("1 of 11 bytes"), HasSubstr("folder")));
  folder_.write("recordings/a.wav", "round");
  fs::last_write_time(folder_ / "recordings/a.wav", time + std::chrono::nanoseconds(1));
  EXPECT_THAT(run(0, 1), HasSubstr("inputs.files")) << "another time alone";
  fs::last_write_time(folder_ / "recordings/a.wav", time);
  EXPECT_EQ(run(0, 1), "");
  folder_.write("recordings/b.wav", "");
  EXPECT_THAT(run(0, 2), HasSubstr("2 of 5 bytes"));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(FolderOfRuns, BooksNothingOnACellWhoseOutputCouldNotBeKept) {
  const std::string in_the_way = folder_.write("out/outputs", "");
  folder_.write("out/runs.jsonl", "");
  EXPECT_THAT(run(0), HasSubstr("outputs"));
  EXPECT_EQ(runs(), 0U);
  fs::remove(in_the_way);
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, CountsNoRunThatDidNoRecordingAtAll) {
  folder_.write("summary.json", R"({"recordings": {"done": 0, "done_with_gaps": 0, "failed": 1}})");
  EXPECT_THAT(run(0), HasSubstr("none of its recordings"));
  folder_.write("summary.json", R"({"recordings": {"done": 0, "done_with_gaps": 1, "failed": 1}})");
  EXPECT_EQ(run(1), "");
  EXPECT_THAT(*bytes_of_file(folder_ / "out/runs.jsonl"), HasSubstr(R"("recordings_amiss":2.0)"));
}

TEST_F(FolderOfRuns, HasOneColdRunOfEachCellThatCountsApart) {
  order_.config.cold_cache = true;
  order_.config.warm_up_rounds = 0;
  order_.config.repeats = order_.config.max_repeats = 1;
  auto bench = BenchFolder::open(folder_ / "out");
  auto signals = SignalSource::open();
  BenchSession session(order_, std::move(std::get<BenchFolder>(bench)), *signals);
  ASSERT_TRUE(session.run().ok());
  for (CellResult cell : session.results().cells) {
    EXPECT_EQ(cell.metrics["total_seconds"].runs, 1);
    EXPECT_GT(cell.cold["total_seconds"], 0);
  }
  EXPECT_EQ(runs(), 4U);
}

TEST_F(FolderOfRuns, BooksARunThatLeftNoSummaryOnItsCell) {
  fs::remove(folder_ / "summary.json");
  EXPECT_THAT(run(0), HasSubstr("no summary.json"));
  EXPECT_EQ(runs(), 1U);
}

// A search in a folder of runs, which ask by ask is answered or told to stop.
class SearchInRuns : public FolderOfRuns {
 protected:
  CellAnswer ask(std::size_t cell, std::int32_t round) {
    const auto bench = BenchFolder::open(folder_ / "out");
    auto signals = SignalSource::open();
    auto runs = LiveRuns::open(order_, tune_, std::get<BenchFolder>(bench), *signals);
    if (!runs) throw std::runtime_error(to_string(runs.error()));
    return *runs->answer(order_.grid.cells[cell], round);
  }

  // Of the runs in their order: phase, cell and round.
  std::vector<std::string> made() const {
    std::vector<std::string> all;
    std::istringstream text(*bytes_of_file(folder_ / "out/runs.jsonl"));
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) {
      const auto run = nlohmann::json::parse(line);
      all.push_back(fmt::format("{} {} {}", run["phase"].get<std::string>(),
                                run["cell"].get<std::string>(), run["round"].get<int>()));
    }
    return all;
  }

  // As if each run had taken that long, and all together so much of the budget.
  void pretend(double seconds_of_a_run, double spent) const {
    const std::string text = *bytes_of_file(folder_ / "out/runs.jsonl");
    const std::string took = with_value(text, "total_seconds", fmt::to_string(seconds_of_a_run));
    folder_.write("out/runs.jsonl", with_value(took, "spent_seconds", fmt::to_string(spent)));
  }

  TuneOrder tune_;  // of two rounds
};

TEST_F(SearchInRuns, WarmsUpWithARunOfTheBaselineThatDoesNotCount) {
  order_.grid.baseline = 1;
  EXPECT_FALSE(ask(1, 0).metrics.empty());
  EXPECT_FALSE(ask(0, 0).metrics.empty());
  EXPECT_THAT(made(),
              ElementsAre("warm_up workers=2 0", "measured workers=2 0", "measured workers=1 0"));
}

TEST_F(SearchInRuns, TakesNoMeasuredRunForTheOneThatDoesNotCount) {
  ask(0, 0);
  pretend(7, 10);
  EXPECT_EQ(ask(0, 0).metrics.at("total_seconds"), 7);
  EXPECT_THAT(made(), SizeIs(2));
}

TEST_F(SearchInRuns, KeepsTimeBackForRoundsThatAreNotOfTheSearch) {
  order_.config.time_budget = std::chrono::seconds(1000);
  ask(0, 0);
  pretend(20, 900);  // six of them are more than is left
  EXPECT_TRUE(ask(1, 0).stop);
  EXPECT_FALSE(ask(0, 0).stop) << "what is known needs no time";
  EXPECT_FALSE(ask(1, tune_.rounds).stop);
  pretend(20, 1000);
  EXPECT_TRUE(ask(0, tune_.rounds).stop);
}

TEST_F(SearchInRuns, KeepsNoMoreBackThanAQuarterOfTheBudget) {
  order_.config.time_budget = std::chrono::seconds(1000);
  ask(0, 0);
  pretend(500, 700);
  EXPECT_FALSE(ask(1, 0).stop);
}

TEST(WholeFile, TellsOneThatCannotBeReadFromNoneAndFromAnEmptyOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(*bytes_if_there(folder / "none"), std::nullopt);
  EXPECT_FALSE(bytes_of_file(folder / "none").ok());
  EXPECT_THAT(*bytes_of_file(folder.write("empty")), IsEmpty());
  EXPECT_THAT(*bytes_of_file(folder.write("long", std::string(200'000, 'x'))), SizeIs(200'000));
  const auto unreadable = bytes_if_there(folder.path());
  ASSERT_FALSE(unreadable.ok());
  EXPECT_EQ(unreadable.error().stage, "bench");
}

}  // namespace
}  // namespace rookery
