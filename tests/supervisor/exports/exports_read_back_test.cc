// Every format read back by a reader that others wrote: tests/supervisor/exports/read_back.py
// compares what it finds with the truth that stands beside the files.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/program.h"
#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using nlohmann::json;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kVectorLength = 5;

class ReadBackFolder : public ExportsTest {
 protected:
  void SetUp() override {
    ExportsTest::SetUp();
    tell("site 1/odd \"name\", \u00e4.wav", {{0, 1'234'567, 0, 0.9731F},
                                             {500'000, 3 * kSecond, 1, 0.25F},
                                             {2 * kSecond, 2'010'000, 0, 1.0F},
                                             {2 * kSecond, 4 * kSecond, 2, 0.5F},
                                             {59 * kSecond, 60 * kSecond, 3, 0.125F}});
    tell("silent.wav", {});
    tell("talk.wav", transcript());
    tell("overlap.wav", {{0, 3 * kSecond, 0, 0.5F},
                         {kSecond, 2 * kSecond, 0, 0.25F},
                         {kSecond, 4 * kSecond, 0, 0.75F},
                         {3 * kSecond, 5 * kSecond, 0, 0.5F}});
    vector_length_ = kVectorLength;
    tell_vectors("embedded.wav", 37, kVectorLength);
    add("failed.wav", {}, {RecordingState::kFailed, 0, {{"decode", "no", {}, {}}}});
  }

  // Adds a recording of a minute to the journal and to the truth.
  void tell(const std::string& key, const std::vector<Detection>& rows) {
    add(key, rows);
    json told = json::array();
    for (const Detection& row : rows) {
      const std::string& label =
          row.text.empty() ? labels_.at(static_cast<std::size_t>(row.label)) : row.text;
      told.push_back({{"start", static_cast<double>(row.start_us) / 1e6},
                      {"end", static_cast<double>(row.end_us) / 1e6},
                      {"label", label},
                      {"score", row.score},
                      {"word", !row.text.empty()}});
    }
    truth_.push_back({{"recording", key}, {"duration", 60.0}, {"rows", told}});
  }

  // Adds a recording without rows that has vectors, some at a time.
  void tell_vectors(const std::string& key, std::int64_t count, std::int64_t length) {
    const std::int64_t id = admit(key);
    json told = json::array();
    json starts = json::array();
    for (std::int64_t at = 0; at < count; ++at) {
      SegmentVectors one{length, {{at * kSecond / 3, at * kSecond / 3 + kSecond}}, {}};
      for (std::int64_t place = 0; place < length; ++place) {
        one.values.push_back(std::sin(static_cast<float>(at * length + place)));
      }
      ASSERT_TRUE(journal_.append_vectors(id, one));
      told.push_back(one.values);
      starts.push_back(static_cast<double>(one.times[0].start_us) / 1e6);
    }
    ASSERT_TRUE(journal_.finish(id, {RecordingState::kDone, 60 * kSecond, {}}));
    truth_.push_back({{"recording", key},
                      {"duration", 60.0},
                      {"rows", json::array()},
                      {"vectors", told},
                      {"starts", starts}});
  }

  // Long enough for several cues, with pauses, and words that look like syntax.
  static std::vector<Detection> transcript() {
    std::vector<Detection> words;
    std::int64_t now_us = 120'000;
    for (const char* text :
         {"good", "evening", "\"ladies\"", "&", "gentlemen", "na\u00efve", "1", "<i>", "4>3",
          "00:00:01,000", "don't", "NOTE", "incomprehensibilities", "\\a\"", "end"}) {
      const std::int64_t length_us = 200'000 + 31'000 * static_cast<int>(std::string(text).size());
      words.push_back({now_us, now_us + length_us, Detection::kNoLabel, 0.5F, text});
      now_us += length_us + (words.size() % 5 == 0 ? 800'000 : 40'000);
    }
    return words;
  }

  json truth_ = json::array();
};

class ReadBack : public ReadBackFolder, public ::testing::WithParamInterface<std::string> {};

e2e::ProgramEnd python(const std::string& script, const std::vector<std::string>& arguments) {
  e2e::Program program{{ROOKERY_SOURCE_DIR "/.venv/bin/python", ROOKERY_SOURCE_DIR "/" + script}};
  program.command.insert(program.command.end(), arguments.begin(), arguments.end());
  return e2e::run(program);
}

e2e::ProgramEnd read_back(const std::string& reader, const std::string& folder) {
  return python("tests/supervisor/exports/read_back.py", {reader, folder});
}

TEST_P(ReadBack, AnIndependentReaderFindsWhatTheJournalHolds) {
  ASSERT_TRUE(write({GetParam()}));
  folder_.write("truth.json", truth_.dump());
  const auto end = read_back(GetParam(), folder_.path().string());
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

using ParquetTool = ReadBackFolder;

TEST_F(ParquetTool, WritesTheRowsOfTheJsonLines) {
  ASSERT_TRUE(write({"jsonl"}));
  folder_.write("truth.json", truth_.dump());
  const auto written = python("tools/export_parquet.py", {folder_.path().string()});
  ASSERT_EQ(written.exit_code, 0) << written.err;
  const auto end = read_back("parquet", folder_.path().string());
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST_F(ParquetTool, WritesTimesAndChannelsWhereRowsHaveThem) {
  folder_.write("truth.json", "[]");
  const std::string row = R"({"recording":"a","start":0.5,"end":1.0,"label":"x","score":0.5)";
  folder_.write("detections.jsonl", row +
                                        R"(,"time":"2026-11-21T06:40:44.500"})"
                                        "\n" +
                                        row + ",\"channel\":2}\n");
  ASSERT_EQ(python("tools/export_parquet.py", {folder_.path().string()}).exit_code, 0);
  const auto end = read_back("parquet_with_times", folder_.path().string());
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST_F(ParquetTool, LeavesTheOldFileWhenTheRowsCannotBeRead) {
  folder_.write("detections.parquet", "old");
  folder_.write("detections.jsonl", "{\"recording\": \"a\"\n");
  const std::set<std::string> before = files();
  const auto end = python("tools/export_parquet.py", {folder_.path().string()});
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_NE(end.err.find(folder_.path().string()), std::string::npos);
  EXPECT_EQ(text_of("detections.parquet"), "old");
  EXPECT_EQ(files(), before);
}

std::vector<std::string> all_formats() {
  std::vector<std::string> names;
  for (const ExportFormat& format : export_formats()) names.emplace_back(format.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(, ReadBack, ::testing::ValuesIn(all_formats()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace rookery
