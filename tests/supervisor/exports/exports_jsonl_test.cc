// detections.jsonl, read back by a JSON parser.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "supervisor/exports/row_text.h"
#include "supervisor/recording_key.h"
#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

std::vector<Json> parse_lines(const std::string& text) {
  std::vector<Json> rows;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) rows.push_back(Json::parse(line));
  return rows;
}

using JsonlExport = ExportsTest;

TEST_F(JsonlExport, ARowIsTheTextThatTheContractShows) {
  add("a/b.wav", {{12'000'000, 15'000'000, 0, 0.9731F}, {32'000, 1'234'567, 1, 1.0F}});
  ASSERT_TRUE(write({"jsonl"}));
  EXPECT_EQ(text_of("detections.jsonl"),
            R"({"recording":"a/b.wav","start":0.032,"end":1.234567,"label":"music","score":1.0000})"
            "\n"
            R"({"recording":"a/b.wav","start":12.0,"end":15.0,"label":"speech","score":0.9731})"
            "\n");
}

TEST_F(JsonlExport, RecordingsComeInInputOrderWithoutThoseThatFailedOrArePending) {
  add("z", {{0, 1, 0, 0.5F}});
  admit("pending");
  add("failed", {{0, 1, 0, 0.5F}}, {RecordingState::kFailed, 0, {{"decode", "no", {}, {}}}});
  add("silent", {});
  add("a", {{0, 1, 0, 0.5F}}, {RecordingState::kDoneWithGaps, 1, {{"decode", "no", {}, {}}}});
  ASSERT_TRUE(write({"jsonl"}));
  const auto rows = parse_lines(text_of("detections.jsonl"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["recording"], "z");
  EXPECT_EQ(rows[1]["recording"], "a");
}

TEST_F(JsonlExport, OddKeysAndLabelsComeBackFromAParser) {
  const std::vector<std::string> keys = {"new\nline", "quote\"", "back\\slash", "\xc3\xa4",
                                         "bad\xff",   "\\xff",   "\x01"};
  for (const std::string& key : keys) add(key, {{0, 1, 2, 0.5F}, {1, 2, 3, 0.5F}});
  ASSERT_TRUE(write({"jsonl"}));
  const auto rows = parse_lines(text_of("detections.jsonl"));
  ASSERT_EQ(rows.size(), 2 * keys.size());
  for (std::size_t index = 0; index < rows.size(); ++index) {
    EXPECT_EQ(decode_key(rows[index]["recording"].get<std::string>()), keys[index / 2]);
    EXPECT_EQ(rows[index]["label"], labels_[2 + index % 2]);
  }
}

TEST_F(JsonlExport, ALabelThatIsNoUtf8StillGivesValidJson) {
  labels_ = {"caf\xe9"};
  add("a", {{0, 1, 0, 0.5F}});
  ASSERT_TRUE(write({"jsonl"}));
  EXPECT_EQ(parse_lines(text_of("detections.jsonl")).at(0)["label"], "caf\uFFFD");
}

TEST_F(JsonlExport, RowsCarryTheTimeOfTheirStartWhereTheNameTellsIt) {
  times_ = time_source("filename=%Y%m%d_%H%M%S").value();
  add("20261121_235959.wav", {{500'000, 2'000'000, 0, 0.5F}, {1'000'000, 2'000'000, 0, 0.5F}});
  add("untimed.wav", {{0, 1'000'000, 0, 0.5F}});
  ASSERT_TRUE(write({"jsonl"}));
  const auto rows = parse_lines(text_of("detections.jsonl"));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]["time"], "2026-11-21T23:59:59.500");
  EXPECT_EQ(rows[1]["time"], "2026-11-22T00:00:00.000");
  EXPECT_FALSE(rows[2].contains("time"));
}

TEST_F(JsonlExport, RowsCarryTheTimeOfTheirStartWhereTheHeaderToldIt) {
  times_ = time_source("header").value();
  RecordingOutcome timed{RecordingState::kDone, 60'000'000, {}};
  timed.origin_us = time_origin("20261121_235959", "%Y%m%d_%H%M%S");
  add("20200101_000000.wav", {{1'500'000, 2'000'000, 0, 0.5F}}, timed);
  add("untimed.wav", {{0, 1'000'000, 0, 0.5F}});
  ASSERT_TRUE(write({"jsonl"}));
  const auto rows = parse_lines(text_of("detections.jsonl"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["time"], "2026-11-22T00:00:00.500");
  EXPECT_FALSE(rows[1].contains("time"));
}

TEST_F(JsonlExport, AFolderWithoutDetectionsHasAnEmptyFile) {
  add("silent", {});
  ASSERT_TRUE(write({"jsonl"}));
  EXPECT_EQ(text_of("detections.jsonl"), "");
}

RC_GTEST_PROP(RowText, SecondsAreTheExactMicrosecondsWithoutNeedlessZeros, ()) {
  const auto us = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 100'000'000'000),
                                  rc::gen::map(rc::gen::inRange<std::int64_t>(0, 100'000),
                                               [](std::int64_t s) { return s * 100'000; }));
  const std::string text = seconds_text(us);
  RC_ASSERT(std::llround(Json::parse(text).get<double>() * 1e6) == us);
  const std::size_t point = text.find('.');
  RC_ASSERT(point != std::string::npos && point > 0 && point + 1 < text.size());
  RC_ASSERT(text.back() != '0' || text.size() == point + 2);
}

TEST(RowText, ScoresHaveFourDecimals) {
  EXPECT_EQ(score_text(0.97314F), "0.9731");
  EXPECT_EQ(score_text(0.99996F), "1.0000");
  EXPECT_EQ(score_text(0.0F), "0.0000");
  EXPECT_EQ(score_text(-12.5F), "-12.5000");
}

}  // namespace
}  // namespace rookery
