// The lines of `rookery status --json`, read back by a JSON parser.
#include "supervisor/exports/status_row.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace rookery {
namespace {

TEST(StatusRow, TellsAllThatTheJournalKnowsOfARecording) {
  JournalEntry entry{7, "k\xff.wav", "/in/\"k\"\xff.wav", {1000, 5}, {}};
  entry.outcome = {RecordingState::kDoneWithGaps,
                   2'500'000,
                   {{"decode", "lost", 0, 1}, {"worker", "died", {}, {}, "SIGSEGV"}}};
  entry.rows = 3;
  entry.attempts = 2;
  const std::string row = status_row(entry);
  EXPECT_TRUE(row.ends_with("}\n"));
  EXPECT_EQ(nlohmann::json::parse(row), nlohmann::json::parse(R"({
    "recording": "k\\xff.wav", "path": "/in/\"k\"\\xff.wav", "bytes": 1000, "mtime_ns": 5,
    "status": "done_with_gaps", "attempts": 2, "detections": 3, "seconds": 2.5,
    "reasons": ["decode: lost", "worker: died"]})"));
}

TEST(StatusRow, HasADigestWhereOneIsKnown) {
  JournalEntry entry{1, "a", "/a", {1, 2, "ab12"}, {}};
  EXPECT_EQ(nlohmann::json::parse(status_row(entry))["sha256"], "ab12");
}

TEST(StatusRow, NamesEveryState) {
  std::string words;
  for (const auto state :
       {RecordingState::kPending, RecordingState::kDone, RecordingState::kFailed}) {
    JournalEntry entry;
    entry.outcome.state = state;
    words += nlohmann::json::parse(status_row(entry))["status"].get<std::string>() + " ";
  }
  EXPECT_EQ(words, "pending done failed ");
}

}  // namespace
}  // namespace rookery
