// detections.csv, read back by a reader written from RFC 4180 alone.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "supervisor/recording_key.h"
#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Lines may end in LF or CRLF; both can stand in quoted fields.
Rows parse_csv(std::string_view text) {
  Rows rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (quoted && byte == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      field += text[++at];
    } else if (byte == '"') {
      quoted = !quoted;
    } else if (!quoted && (byte == ',' || byte == '\n')) {
      row.push_back(std::exchange(field, ""));
      if (byte == '\n') rows.push_back(std::exchange(row, {}));
    } else {
      field += byte;
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_TRUE(field.empty() && row.empty()) << "the last line has an end";
  return rows;
}

using CsvExport = ExportsTest;

TEST_F(CsvExport, AFileIsAHeaderAndALineForEachDetection) {
  add("a/b.wav", {{12'000'000, 15'000'000, 0, 0.9731F}});
  ASSERT_TRUE(write({"csv"}));
  EXPECT_EQ(text_of("detections.csv"),
            "recording,start,end,label,score\n"
            "a/b.wav,12.0,15.0,speech,0.9731\n");
}

TEST_F(CsvExport, RowsCarryTheTimeOfTheirStartWhereTheNameTellsIt) {
  times_ = time_source("filename=%Y%m%d").value();
  add("20240228.wav", {{86'400'250'000, 86'401'000'000, 0, 0.5F}});
  add("untimed.wav", {{0, 1'000'000, 0, 0.5F}});
  ASSERT_TRUE(write({"csv"}));
  EXPECT_EQ(text_of("detections.csv"),
            "recording,start,end,label,score,time\n"
            "20240228.wav,86400.25,86401.0,speech,0.5000,2024-02-29T00:00:00.250\n"
            "untimed.wav,0.0,1.0,speech,0.5000,\n");
}

TEST_F(CsvExport, QuotesAreDoubledAndFieldsThatNeedThemQuoted) {
  add("a,b.wav", {{0, 1'000'000, 2, 0.5F}});
  ASSERT_TRUE(write({"csv"}));
  EXPECT_EQ(text_of("detections.csv"),
            "recording,start,end,label,score\n"
            "\"a,b.wav\",0.0,1.0,\"dog \"\"Rex\"\", barking\",0.5000\n");
}

TEST_F(CsvExport, AnyKeysAndLabelsComeBackFromAReader) {
  EXPECT_TRUE(rc::check([this] {
    const auto text = rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::element(',', '"', '\n', '\r', ' ', '\t', '\\', '\xff'),
                       rc::gen::inRange('a', 'd')));
    labels_ = {*text};
    journal_ = MemoryJournal();
    RC_ASSERT(journal_.begin_run().ok());
    const std::string key = *text;
    add(key, {{0, 1'500'000, 0, 0.25F}});
    RC_ASSERT(write({"csv"}).ok());
    const Rows rows = parse_csv(text_of("detections.csv"));
    RC_ASSERT(rows.size() == 2U);
    RC_ASSERT(rows[1] ==
              (std::vector<std::string>{encode_key(key), "0.0", "1.5", labels_[0], "0.2500"}));
  }));
}

}  // namespace
}  // namespace rookery
