// What holds for all formats: the registry, and files that appear whole or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "supervisor/config/config_keys.h"
#include "tests/supervisor/exports_fixture.h"
#include "tests/supervisor/file_size_limit.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using Exports = ExportsTest;

const std::set<std::string> kFilesOfA = {
    "a.TextGrid",  "a.npy", "a.npz",          "a.selections.txt", "a.srt",
    "a.txt",       "a.vtt", "detections.csv", "detections.jsonl", "detections.rttm",
    "errors.jsonl"};

std::vector<std::string> all_formats() {
  std::vector<std::string> names;
  for (const ExportFormat& format : export_formats()) names.emplace_back(format.name);
  return names;
}

TEST_F(Exports, AnUnknownFormatIsAnErrorThatNamesTheKnownOnesAndWritesNothing) {
  const Status status = write({"jsonl", "xml"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().stage, "config");
  EXPECT_THAT(status.error().reason, HasSubstr("\"xml\""));
  for (const std::string& name : all_formats()) {
    EXPECT_THAT(status.error().reason, HasSubstr(name));
    EXPECT_TRUE(check_formats({name}, false));
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(Exports, RowsOfOneChannelEachTellItOrAreRefused) {
  each_channel_ = true;
  add("a.wav", {{0, 1'000'000, 0, 0.5F, "", 2}, {0, 1'000'000, 1, 0.5F, "", 1}});
  ASSERT_TRUE(write({"jsonl", "csv", "rttm", "raven", "audacity"}));
  EXPECT_THAT(text_of("detections.jsonl"),
              HasSubstr(R"("label":"music","score":0.5000,"channel":1})"));
  EXPECT_EQ(text_of("detections.csv"),
            "recording,start,end,label,score,channel\n"
            "a.wav,0.0,1.0,music,0.5000,1\n"
            "a.wav,0.0,1.0,speech,0.5000,2\n");
  EXPECT_THAT(text_of("detections.rttm"), HasSubstr("SPEAKER a.wav 2 0.0 1.0 "));
  EXPECT_THAT(text_of("a.wav.selections.txt"), HasSubstr("2\tSpectrogram 1\t2\t0.0\t1.0\t"));
  EXPECT_EQ(text_of("a.wav.txt"), "0.0\t1.0\t1: music\n0.0\t1.0\t2: speech\n");
  for (const char* name : {"srt", "vtt", "textgrid", "npy", "npz"}) {
    const Status status = write({name});
    ASSERT_FALSE(status) << name;
    EXPECT_THAT(status.error().reason, HasSubstr("cannot tell the channel of a row")) << name;
  }
}

TEST(ExportFormats, AreWhatTheConfigurationTakes) { EXPECT_EQ(all_formats(), format_names()); }

TEST_F(Exports, WritingAgainGivesTheSameBytesAndLeavesNoTemporaryFile) {
  add("a", {{0, 1, 0, 0.5F}, {0, 1, 1, 0.5F}});
  add("b", {}, {RecordingState::kFailed, 0, {{"x", "y", {}, {}}}});
  ASSERT_TRUE(write(all_formats()));
  const std::set<std::string> names = files();
  EXPECT_EQ(names, kFilesOfA);
  std::map<std::string, std::string> texts;
  for (const std::string& name : names) texts[name] = text_of(name);
  ASSERT_TRUE(write(all_formats()));
  EXPECT_EQ(files(), names);
  for (const std::string& name : names) EXPECT_EQ(text_of(name), texts[name]) << name;
}

TEST_F(Exports, OnAFullDiskEveryFileStaysAsItWasAndTheErrorSaysSo) {
  add("a", {{0, 1, 0, 0.5F}});
  ASSERT_TRUE(write(all_formats()));
  const std::string jsonl = text_of("detections.jsonl");
  const std::string csv = text_of("detections.csv");
  const std::int64_t b = admit("b");
  ASSERT_TRUE(journal_.append(b, std::vector<Detection>(10'000, {0, 1, 0, 0.5F})));
  ASSERT_TRUE(journal_.append_vectors(b, {50'000, {{0, 1}}, std::vector<float>(50'000)}));
  ASSERT_TRUE(journal_.finish(b, {RecordingState::kDone, 1, {}}));
  Status status = Done{};
  {
    const FileSizeLimit limit(100'000);
    status = write(all_formats());
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().stage, "export");
  EXPECT_THAT(status.error().reason, HasSubstr("detections.jsonl"));
  EXPECT_THAT(status.error().remedy, HasSubstr("free disk space"));
  EXPECT_EQ(text_of("detections.jsonl"), jsonl);
  EXPECT_EQ(text_of("detections.csv"), csv);
  EXPECT_FALSE(exists("b.txt"));
  EXPECT_EQ(files(), kFilesOfA);
}

TEST_F(Exports, ALabelThatTheModelDoesNotHaveIsAnErrorAndTheFileStays) {
  folder_.write("detections.jsonl", "old");
  add("a", {{0, 1, 4, 0.5F}});
  const Status status = write({"jsonl"});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason, HasSubstr("label 4"));
  EXPECT_EQ(text_of("detections.jsonl"), "old");
}

TEST_F(Exports, AWordIsItsRowsLabel) {
  add("a", {{0, 1'000'000, Detection::kNoLabel, 0.5F, "na\u00efve, \"so\""},
            {1'000'000, 2'000'000, 0, 0.5F}});
  ASSERT_TRUE(write(all_formats()));
  EXPECT_THAT(text_of("detections.jsonl"),
              HasSubstr("\"label\":\"na\u00efve, \\\"so\\\"\",\"score\""));
  EXPECT_THAT(text_of("detections.csv"),
              HasSubstr("a,0.0,1.0,\"na\u00efve, \"\"so\"\"\",0.5000\n"));
  EXPECT_EQ(text_of("a.txt"), "0.0\t1.0\tna\u00efve, \"so\"\n1.0\t2.0\tspeech\n");
}

TEST_F(Exports, RecordingsThatTellNoTimeAreCountedAndTheFirstIsNamed) {
  const ExportSettings settings{labels_, 16'000, time_source("filename=%Y%m%d").value()};
  add("20261121.wav", {});
  add("failed.wav", {}, {RecordingState::kFailed, 0, {{"x", "y", {}, {}}}});
  EXPECT_EQ(untold_times(journal_, settings).value(), std::nullopt);
  add("b\xff.wav", {});
  add("a.wav", {});
  EXPECT_THAT(untold_times(journal_, settings).value().value(),
              AllOf(HasSubstr("2 recordings have"), HasSubstr("b\\xff.wav")));
  EXPECT_EQ(untold_times(journal_, {labels_, 16'000, {}}).value(), std::nullopt);
}

TEST(ExportSettingsOfAFolder, AreItsFacts) {
  const auto settings = export_settings(
      {{kLabelsFact, "a\nb c"}, {kSampleRateFact, "32000"}, {kTimestampsFact, "filename=%Y%m%d"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->labels, (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(settings->sample_rate, 32'000);
  EXPECT_EQ(settings->times.format, "%Y%m%d");
  EXPECT_FALSE(export_settings({{kLabelsFact, "a"}}));
}

TEST_F(Exports, AFormatThatFailsDoesNotKeepTheOthersFromBeingWritten) {
  std::filesystem::create_directory(folder_ / "detections.jsonl");
  add("a", {{0, 1, 0, 0.5F}});
  const Status status = write(all_formats());
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason, HasSubstr("detections.jsonl"));
  EXPECT_TRUE(exists("detections.csv"));
  EXPECT_TRUE(exists("a.txt"));
}

}  // namespace
}  // namespace rookery
