// A folder of runs, which are those of a shell script that leaves what `rookery run` leaves.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/whole_file.h"
#include "tests/temporary_folder.h"

namespace rookery {

namespace fs = std::filesystem;

inline const char* const kScript =
    "#!/bin/sh\n"
    "out=$(sed -n 's/^out: //p' \"$3\" | tr -d '\"')\n"
    "mkdir -p \"$out\"\n"
    "cp \"$(dirname \"$0\")/summary.json\" \"$out\"\n"
    "echo '{}' > \"$out/detections.jsonl\"\n";

inline const char* const kConfig = "matrix: {workers: [1, 2]}\nmodel: some/model\n";

// Lines of JSON, in which a key that has a number or a word has another one everywhere.
inline std::string with_value(std::string text, std::string_view key, std::string_view value) {
  const std::string name = fmt::format("\"{}\":", key);
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    at += name.size();
    text.replace(at, text.find_first_of(",}", at) - at, value);
  }
  return text;
}

class FolderOfRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    order_.program = folder_.write("program", kScript);
    fs::permissions(order_.program, fs::perms::owner_all);
    folder_.write("recordings/a.wav", "sound");
    versions("2.13.0", "AVX512", "abc");
    order_.config = *parse_bench_config(
        kConfig + ("inputs: {recordings: [" + folder_ / "recordings" + "]}\n"), "bench.yaml");
    order_.grid = *make_grid(order_.config);
  }

  // Of the runs that follow.
  void versions(const std::string& libtorch, const std::string& capability,
                const std::string& model) {
    folder_.write("summary.json",
                  R"({"versions": {"libtorch": ")" + libtorch + R"(", "model_sha256": ")" + model +
                      R"("}, "host": {"cpu_capability": ")" + capability + R"("}})");
  }

  // A session of its own, which makes one run of a cell; why it could not.
  std::string run(std::size_t cell, std::int32_t round = 0) {
    const auto bench = BenchFolder::open(folder_ / "out");
    auto signals = SignalSource::open();
    auto measurer = CellMeasurer::open(order_, std::get<BenchFolder>(bench), *signals, {});
    if (!measurer) return to_string(measurer.error());
    const auto run = measurer->measure(order_.grid.cells[cell], Phase::kMeasured, round);
    return run ? run->record.why : to_string(run.error());
  }

  // That runs.jsonl holds.
  std::size_t runs() const {
    const auto text = *bytes_of_file(folder_ / "out/runs.jsonl");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) - 1;
  }

  TemporaryFolder folder_;
  BenchOrder order_;
};

}  // namespace rookery
