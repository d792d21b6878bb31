#include "supervisor/summary.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

RunSummary some_summary() {
  RunSummary summary;
  summary.complete = true;
  summary.exit_code = 1;
  summary.counts = {.pending = 4,
                    .done = 10,
                    .done_with_gaps = 2,
                    .failed = 3,
                    .detections = 77,
                    .done_us = 7'200'000'000};
  summary.run_audio_us = 3'600'000'000;
  summary.segments = 1200;
  summary.wall_us = 30'000'000;
  summary.start_up_us = 400'000;
  summary.cpu = {1'000'000, 2'000'000, 3'000'000, 4'000'000, 5'000'000, 6'500'000};
  summary.supervisor_cpu_us = 250'000;
  summary.batch_latency = {0.25, 0.25, 0.5};
  summary.segment_latency = {0.5, 0.75, 1.5};
  summary.recording_latency = {2, 3, 4};
  summary.peak_memory = {500, 400, {10, 20}};
  summary.worker_deaths = 3;
  summary.workers_replaced = 4;
  summary.sandbox = {7, true, false, 500};
  summary.settings = {{"batch", "8"}};
  summary.versions = {{"libtorch", "2.13.0"}};
  summary.host = {{"cpus", "2"}};
  return summary;
}

TEST(Summary, HasTheKeysThatTheDocumentationNames) {
  const Json expected = Json::parse(R"({
    "complete": true,
    "exit_code": 1,
    "recordings": {"done": 10, "done_with_gaps": 2, "failed": 3, "pending": 4},
    "detections": 77,
    "audio_hours": 2.0,
    "run_audio_hours": 1.0,
    "segments": 1200,
    "wall_seconds": 30.0,
    "start_up_seconds": 0.4,
    "times_real_time": 120.0,
    "cpu_seconds": {"probe": 1.0, "decode": 2.0, "resample": 3.0, "front_end": 4.0,
                    "forward": 5.0, "reduce": 6.5, "supervisor": 0.25},
    "batch_latency_seconds": {"p50": 0.25, "p90": 0.25, "p99": 0.5},
    "segment_latency_seconds": {"p50": 0.5, "p90": 0.75, "p99": 1.5},
    "recording_latency_seconds": {"p50": 2.0, "p90": 3.0, "p99": 4.0},
    "peak_memory": {"tree_pss_bytes": 500, "shared_weights_bytes": 400,
                    "private_bytes_per_worker": [10, 20]},
    "worker_deaths": 3, "workers_replaced": 4,
    "sandbox": {"landlock": 7, "seccomp": true, "reads": "roots", "memory_bytes": 500},
    "settings": {"batch": "8"},
    "versions": {"libtorch": "2.13.0"},
    "host": {"cpus": "2"}
  })");
  EXPECT_EQ(Json::parse(to_json(some_summary())), expected);
}

TEST(Summary, EveryKeyIsInTheDocumentation) {
  std::ifstream stream(ROOKERY_SOURCE_DIR "/docs/outputs.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  const Json summary = Json::parse(to_json(some_summary()));
  for (const auto& [key, value] : summary.items()) {
    EXPECT_NE(page.find("`" + key + "`"), std::string::npos) << key;
    if (key == "settings" || key == "versions" || key == "host" || !value.is_object()) continue;
    for (const auto& part : value.items()) {
      EXPECT_NE(page.find("`" + part.key() + "`"), std::string::npos) << part.key();
    }
  }
}

TEST(Summary, ARunOfNoTimeIsNoDivisionByZero) {
  EXPECT_EQ(Json::parse(to_json(RunSummary{}))["times_real_time"], 0.0);
}

TEST(Summary, SettingsOfAnyBytesGiveValidJson) {
  RunSummary summary;
  summary.settings["out"] = "bad\xff";
  EXPECT_EQ(Json::parse(to_json(summary))["settings"]["out"], "bad\uFFFD");
}

TEST(Summary, IsWrittenAsAFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "summary.json";
  ASSERT_TRUE(write_summary(some_summary(), path));
  std::ifstream stream(path);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(text, to_json(some_summary()));
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace rookery
