// errors.jsonl, read back by a JSON parser.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using ErrorsExport = ExportsTest;

TEST_F(ErrorsExport, AFailedRecordingHasARowWithStageAndReason) {
  add("a.wav", {}, {RecordingState::kFailed, 0, {{"probe", "not audio", {}, {}}}});
  ASSERT_TRUE(write({}));
  EXPECT_EQ(text_of("errors.jsonl"),
            R"({"recording":"a.wav","stage":"probe","reason":"not audio","status":"failed"})"
            "\n");
}

TEST_F(ErrorsExport, AGapHasItsTimes) {
  add("a.wav", {}, {RecordingState::kDoneWithGaps, 9, {{"decode", "lost", 1'500'000, 2'000'000}}});
  ASSERT_TRUE(write({}));
  EXPECT_EQ(
      text_of("errors.jsonl"),
      R"({"recording":"a.wav","stage":"decode","reason":"lost","start":1.5,"end":2.0,"status":"gap"})"
      "\n");
}

TEST_F(ErrorsExport, AFaultThatAWorkerDiedOfNamesTheSignal) {
  add("a.wav", {},
      {RecordingState::kDoneWithGaps, 9, {{"forward", "died", 0, 1'000'000, "SIGSEGV"}}});
  ASSERT_TRUE(write({}));
  EXPECT_EQ(
      text_of("errors.jsonl"),
      R"({"recording":"a.wav","stage":"forward","reason":"died","start":0.0,"end":1.0,"signal":"SIGSEGV","status":"gap"})"
      "\n");
}

TEST_F(ErrorsExport, EachFaultHasARowInInputOrder) {
  add("b", {}, {RecordingState::kDoneWithGaps, 9, {{"1", "x", {}, {}}, {"2", "x", {}, {}}}});
  add("fine", {});
  add("a", {}, {RecordingState::kFailed, 0, {{"3", "x", {}, {}}}});
  ASSERT_TRUE(write({"jsonl"}));
  std::istringstream stream(text_of("errors.jsonl"));
  std::string stages;
  for (std::string line; std::getline(stream, line);) {
    stages += nlohmann::json::parse(line)["stage"].get<std::string>();
  }
  EXPECT_EQ(stages, "123");
}

TEST_F(ErrorsExport, IsThereAndEmptyWhenNothingFailed) {
  add("a", {});
  ASSERT_TRUE(write({}));
  EXPECT_EQ(text_of("errors.jsonl"), "");
}

TEST_F(ErrorsExport, ReasonsOfAnyBytesGiveValidJson) {
  add("bad\xff", {}, {RecordingState::kFailed, 0, {{"input", "no \xff\n\"file\"", {}, {}}}});
  ASSERT_TRUE(write({}));
  const auto row = nlohmann::json::parse(text_of("errors.jsonl"));
  EXPECT_EQ(row["recording"], "bad\\xff");
  EXPECT_EQ(row["reason"], "no \uFFFD\n\"file\"");
}

TEST_F(ErrorsExport, ARecordingThatFailedWithoutAReasonIsToldToo) {
  add("a", {}, {RecordingState::kFailed, 0, {}});
  ASSERT_TRUE(write({}));
  EXPECT_EQ(nlohmann::json::parse(text_of("errors.jsonl"))["recording"], "a");
}

}  // namespace
}  // namespace rookery
