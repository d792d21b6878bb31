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
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/live_runs.h"
#include "supervisor/bench/whole_file.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* const kScript =
    "#!/bin/sh\n"
    "out=$(sed -n 's/^out: //p' \"$3\" | tr -d '\"')\n"
    "mkdir -p \"$out\"\n"
    "cp \"$(dirname \"$0\")/summary.json\" \"$out\"\n"
    "echo '{}' > \"$out/detections.jsonl\"\n";

const char* const kConfig = "matrix: {workers: [1, 2]}\nmodel: some/model\n";

class FolderOfRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    order.program = folder.write("program", kScript);
    fs::permissions(order.program, fs::perms::owner_all);
    folder.write("recordings/a.wav", "sound");
    versions("2.13.0", "AVX512", "abc");
    order.config = *parse_bench_config(
        kConfig + ("inputs: {recordings: [" + folder / "recordings" + "]}\n"), "bench.yaml");
    order.grid = *make_grid(order.config);
  }

  // Of the runs that follow.
  void versions(const std::string& libtorch, const std::string& capability,
                const std::string& model) {
    folder.write("summary.json", R"({"versions": {"libtorch": ")" + libtorch +
                                     R"(", "model_sha256": ")" + model +
                                     R"("}, "host": {"cpu_capability": ")" + capability + R"("}})");
  }

  // A session of its own, which makes one run of a cell; why it could not.
  std::string run(std::size_t cell, std::int32_t round = 0) {
    const auto bench = BenchFolder::open(folder / "out");
    auto signals = SignalSource::open();
    auto measurer = CellMeasurer::open(order, std::get<BenchFolder>(bench), *signals, {});
    if (!measurer) return to_string(measurer.error());
    const auto run = measurer->measure(order.grid.cells[cell], Phase::kMeasured, round);
    return run ? run->record.why : to_string(run.error());
  }

  // That runs.jsonl holds.
  std::size_t runs() const {
    const auto text = *bytes_of_file(folder / "out/runs.jsonl");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) - 1;
  }

  TemporaryFolder folder;
  BenchOrder order;
};

TEST_F(FolderOfRuns, IsGoneOnWithByRunsThatAreMadeWithTheSame) {
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(run(1), "");
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 3U);
}

// A host whose pace halves after every second run, which is when it is looked at the fourth time,
// the eighth, …
TEST_F(FolderOfRuns, KeepsARunThatTheHostSlowedDownAndMakesItAgain) {
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks % 4 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  for (const std::int32_t round : {0, 1}) {
    const auto run = measurer->measure(order.grid.cells[0], Phase::kMeasured, round);
    ASSERT_TRUE(run.ok());
    EXPECT_FALSE(run->record.set_aside);
    EXPECT_EQ(run->record.metrics.at("host_pace"), 100);
  }
  std::vector<std::pair<std::int32_t, bool>> kept;
  for (const RunRecord& record : measurer->records()) {
    kept.emplace_back(record.round, record.set_aside);
  }
  EXPECT_THAT(kept, ElementsAre(std::pair(0, false), std::pair(1, true), std::pair(1, false)));
  EXPECT_EQ(runs(), 3U);
}

TEST_F(FolderOfRuns, KnowsFromEarlierSessionsHowFastTheHostIs) {
  order.host_pace = [](int) { return 100; };
  EXPECT_EQ(run(0), "");
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks == 2 ? 50 : 100; };
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 3U) << "the second of which was set aside";
}

TEST_F(FolderOfRuns, MakesNoRunMoreThanThreeTimesAndNoWarmUpTwice) {
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks % 2 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  const Cell& cell = order.grid.cells[0];
  ASSERT_TRUE(measurer->measure(cell, Phase::kWarmUp, 0).ok());
  EXPECT_EQ(runs(), 1U);
  const auto run = measurer->measure(cell, Phase::kMeasured, 0);
  ASSERT_TRUE(run.ok());
  EXPECT_FALSE(run->record.set_aside) << "what it is, is what can be had";
  EXPECT_EQ(runs(), 4U);
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

TEST_F(FolderOfRuns, TakesNoRunOfAModelThatHasChangedWhicheverCellItIsOf) {
  EXPECT_EQ(run(0), "");
  versions("2.13.0", "AVX512", "def");
  for (const std::size_t cell : {0U, 1U}) {
    EXPECT_THAT(run(cell, 1), AllOf(HasSubstr("model_sha256 of some/model was abc"),
                                    HasSubstr("is def"), HasSubstr(order.grid.cells[cell].id)));
  }
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, TakesNoRunOfSeveralModelsAnyOfWhichHasChanged) {
  std::string script = kScript;
  script +=
      "mkdir \"$out/one\" \"$out/other\"\n"
      "mv \"$out/summary.json\" \"$out/detections.jsonl\" \"$out/one\"\n"
      "cp \"$(dirname \"$0\")/other.json\" \"$out/other/summary.json\"\n";
  order.program = folder.write("several", script);
  fs::permissions(order.program, fs::perms::owner_all);
  folder.write("other.json", R"({"versions": {"model_sha256": "def"}})");
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(run(1), "");
  folder.write("other.json", R"({"versions": {"model_sha256": "ghi"}})");
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("was abc, def"), HasSubstr("is abc, ghi")));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(FolderOfRuns, HoldsModelsThatCellsNameDifferently) {
  order.config =
      *parse_bench_config("matrix: {model: [one, other]}\ninputs: {generated: {}}\n", "bench.yaml");
  order.grid = *make_grid(order.config);
  EXPECT_EQ(run(0), "");
  versions("2.13.0", "AVX512", "def");
  EXPECT_EQ(run(1), "");
  EXPECT_EQ(runs(), 2U);
}

// As one that an earlier program mixed.
TEST_F(FolderOfRuns, IsRefusedIfItIsMixedAlready) {
  EXPECT_EQ(run(0), "");
  std::string line = *bytes_of_file(folder / "out/runs.jsonl");
  line = line.substr(line.find('\n') + 1);
  line.replace(line.find("2.13.0"), 6, "2.12.0");
  std::ofstream(folder / "out/runs.jsonl", std::ios::app) << line;
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("2.13.0"), HasSubstr("2.12.0")));
  EXPECT_EQ(runs(), 2U) << "it was run";
}

TEST_F(FolderOfRuns, IsRefusedIfTheRecordingsHaveChanged) {
  EXPECT_EQ(run(0), "");
  const auto time = fs::last_write_time(folder / "recordings/a.wav");
  folder.write("recordings/a.wav", "other sound");
  EXPECT_THAT(run(0, 1), AllOf(HasSubstr("inputs.files was 1 of 5 bytes"),
                               HasSubstr("1 of 11 bytes"), HasSubstr("folder")));
  folder.write("recordings/a.wav", "round");
  fs::last_write_time(folder / "recordings/a.wav", time + std::chrono::nanoseconds(1));
  EXPECT_THAT(run(0, 1), HasSubstr("inputs.files")) << "another time alone";
  fs::last_write_time(folder / "recordings/a.wav", time);
  EXPECT_EQ(run(0, 1), "");
  folder.write("recordings/b.wav", "");
  EXPECT_THAT(run(0, 2), HasSubstr("2 of 5 bytes"));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(FolderOfRuns, BooksNothingOnACellWhoseOutputCouldNotBeKept) {
  const std::string in_the_way = folder.write("out/outputs", "");
  folder.write("out/runs.jsonl", "");
  EXPECT_THAT(run(0), HasSubstr("outputs"));
  EXPECT_EQ(runs(), 0U);
  fs::remove(in_the_way);
  EXPECT_EQ(run(0), "");
  EXPECT_EQ(runs(), 1U);
}

TEST_F(FolderOfRuns, BooksARunThatLeftNoSummaryOnItsCell) {
  fs::remove(folder / "summary.json");
  EXPECT_THAT(run(0), HasSubstr("no summary.json"));
  EXPECT_EQ(runs(), 1U);
}

// A search in a folder of runs, which ask by ask is answered or told to stop.
class SearchInRuns : public FolderOfRuns {
 protected:
  CellAnswer ask(std::size_t cell, std::int32_t round) {
    const auto bench = BenchFolder::open(folder / "out");
    auto signals = SignalSource::open();
    auto runs = LiveRuns::open(order, tune, std::get<BenchFolder>(bench), *signals);
    if (!runs) throw std::runtime_error(to_string(runs.error()));
    return *runs->answer(order.grid.cells[cell], round);
  }

  // Of the runs in their order: phase, cell and round.
  std::vector<std::string> made() const {
    std::vector<std::string> all;
    std::istringstream text(*bytes_of_file(folder / "out/runs.jsonl"));
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
    std::string text = *bytes_of_file(folder / "out/runs.jsonl");
    text = std::regex_replace(text, std::regex("\"total_seconds\":[^,}]*"),
                              fmt::format("\"total_seconds\":{}", seconds_of_a_run));
    text = std::regex_replace(text, std::regex("\"spent_seconds\":[^,}]*"),
                              fmt::format("\"spent_seconds\":{}", spent));
    folder.write("out/runs.jsonl", text);
  }

  TuneOrder tune;  // of two rounds
};

TEST_F(SearchInRuns, WarmsUpWithARunOfTheBaselineThatDoesNotCount) {
  order.grid.baseline = 1;
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
  order.config.time_budget = std::chrono::seconds(1000);
  ask(0, 0);
  pretend(20, 900);  // six of them are more than is left
  EXPECT_TRUE(ask(1, 0).stop);
  EXPECT_FALSE(ask(0, 0).stop) << "what is known needs no time";
  EXPECT_FALSE(ask(1, tune.rounds).stop);
  pretend(20, 1000);
  EXPECT_TRUE(ask(0, tune.rounds).stop);
}

TEST_F(SearchInRuns, KeepsNoMoreBackThanAQuarterOfTheBudget) {
  order.config.time_budget = std::chrono::seconds(1000);
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
