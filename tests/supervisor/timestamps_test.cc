// Wall-clock time from file names.
#include "supervisor/timestamps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <ctime>
#include <string>

namespace rookery {
namespace {

using ::testing::HasSubstr;

const std::string kFormat = "%Y%m%d_%H%M%S";

// The wall-clock time that a name tells, "" if none.
std::string told_by(const std::string& name, const std::string& format = kFormat) {
  const auto origin = time_origin(name, format);
  return origin ? wall_clock_text(*origin) : "";
}

TEST(TimeOrigin, IsFoundWhereverItStandsInTheFilesName) {
  for (const char* key :
       {"20261121_064044.wav", "a/20261121_064044.WAV", "SITE1_20261121_064044.wav",
        "2020/20200101_000000/x-20261121_064044-001.flac"}) {
    EXPECT_EQ(told_by(key), "2026-11-21T06:40:44.000") << key;
  }
}

TEST(TimeOrigin, TheLeftmostOfSeveralCounts) {
  EXPECT_EQ(told_by("20261121_064044_20261122_000000.wav"), "2026-11-21T06:40:44.000");
}

TEST(TimeOrigin, FoldersTellNothing) { EXPECT_EQ(told_by("20261121_064044/a.wav"), ""); }

TEST(TimeOrigin, WhatDoesNotFitToTheLetterTellsNothing) {
  for (const char* name : {"", "a.wav", "20261121.wav", "20261121_06404.wav",
                           "20261121_0640440.wav", "120261121_064044.wav", "2026112_1064044.wav",
                           "20261121-064044.wav", "20261121_ 64044.wav", "2026 1121_064044.wav"}) {
    EXPECT_EQ(told_by(name), "") << name;
  }
}

TEST(TimeOrigin, TimesThatDoNotExistTellNothing) {
  for (const char* name :
       {"20261301_000000", "20260001_000000", "20260230_000000", "20261131_000000",
        "20261121_240000", "20261121_236000", "20261121_235960"}) {
    EXPECT_EQ(told_by(name), "") << name;
  }
}

TEST(TimeOrigin, LeapYearsHaveTheirDay) {
  EXPECT_EQ(told_by("20240229_120000"), "2024-02-29T12:00:00.000");
  EXPECT_EQ(told_by("20000229_120000"), "2000-02-29T12:00:00.000");
  EXPECT_EQ(told_by("20260229_120000"), "");
  EXPECT_EQ(told_by("21000229_120000"), "");
}

TEST(TimeOrigin, OtherFormatsTellTheSame) {
  EXPECT_EQ(told_by("rec 2026-11-21 06.40.44.wav", "%Y-%m-%d %H.%M.%S"), "2026-11-21T06:40:44.000");
  EXPECT_EQ(told_by("261121-0640.wav", "%y%m%d-%H%M"), "2026-11-21T06:40:00.000");
  EXPECT_EQ(told_by("2026_325.wav", "%Y_%j"), "2026-11-21T00:00:00.000");
  EXPECT_EQ(told_by("21Nov2026.wav", "%d%b%Y"), "2026-11-21T00:00:00.000");
  EXPECT_EQ(told_by("100%20261121", "100%%%Y%m%d"), "2026-11-21T00:00:00.000");
}

TEST(WallClockText, RollsOverAtMidnightAndRoundsToTheMillisecond) {
  const std::int64_t origin_us = time_origin("20231231_235959", kFormat).value();
  EXPECT_EQ(wall_clock_text(origin_us + 500'000), "2023-12-31T23:59:59.500");
  EXPECT_EQ(wall_clock_text(origin_us + 999'499), "2023-12-31T23:59:59.999");
  EXPECT_EQ(wall_clock_text(origin_us + 999'500), "2024-01-01T00:00:00.000");
  EXPECT_EQ(wall_clock_text(origin_us + 1'032'000), "2024-01-01T00:00:00.032");
  EXPECT_EQ(wall_clock_text(time_origin("20240228_235959", kFormat).value() + 1'000'000),
            "2024-02-29T00:00:00.000");
}

TEST(WallClockText, CountsBackFrom1970) {
  EXPECT_EQ(wall_clock_text(-500'000), "1969-12-31T23:59:59.500");
  EXPECT_EQ(wall_clock_text(-1), "1970-01-01T00:00:00.000");
  EXPECT_EQ(wall_clock_text(-86'400'000'000), "1969-12-31T00:00:00.000");
}

RC_GTEST_PROP(TimeOrigin, AnyTimeThatIsWrittenIntoANameIsReadBack, ()) {
  const std::time_t time = *rc::gen::inRange<std::time_t>(0, 4'102'444'800);  // until 2100
  std::tm fields{};
  gmtime_r(&time, &fields);
  std::array<char, 32> text{};
  RC_ASSERT(std::strftime(text.data(), text.size(), kFormat.c_str(), &fields) == 15U);
  const std::string name = "a/site 3_" + std::string(text.data()) + ".wav";
  RC_ASSERT(time_origin(name, kFormat) == time * 1'000'000);
}

TEST(TimeSources, AreNoneTheHeaderOrAFileNamesFormat) {
  EXPECT_EQ(time_source("none").value(), TimeSource{});
  EXPECT_EQ(time_source("header").value(), (TimeSource{TimeSource::Kind::kHeader, ""}));
  for (const std::string& format : {kFormat, std::string("%Y%j")}) {
    EXPECT_EQ(time_source("filename=" + format).value(),
              (TimeSource{TimeSource::Kind::kFileName, format}));
  }
}

TEST(TimeSources, WhatTellsNoDateIsRefused) {
  for (const char* setting :
       {"", "head", "%Y%m%d", "filename=", "filename=%H%M%S", "filename=%Y%m", "filename=%m%d",
        "filename=%Y%m%d%", "filename=%Y%m%d%z", "filename=%s", "filename=%Y%m%d %Q"}) {
    const auto format = time_source(setting);
    ASSERT_FALSE(format) << setting;
    EXPECT_EQ(format.error().stage, "config");
    EXPECT_THAT(format.error().reason, HasSubstr(setting));
  }
}

}  // namespace
}  // namespace rookery
