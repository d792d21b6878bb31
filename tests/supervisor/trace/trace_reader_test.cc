// Reading traces that are whole, cut off anywhere, damaged, or none.
#include "supervisor/trace/trace_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/supervisor/trace/made_up_trace.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

struct ReadBack {
  Result<bool> whole;
  std::vector<TraceEvent> events;
};

ReadBack read(const std::string& text) {
  const TemporaryFolder folder;
  std::vector<TraceEvent> events;
  auto whole = read_trace(folder.write("trace.json", text),
                          [&](const TraceEvent& event) { events.push_back(event); });
  return {std::move(whole), std::move(events)};
}

std::string some_text() {
  return MadeUpTrace(2)
      .stage(0, "wait", 1, 2, 41)
      .task(1, "task 5", 10, 25, 3)
      .loop("merge", 3, 4)
      .text();
}

TEST(TraceReader, GivesBackWhatWasWritten) {
  const ReadBack back = read(some_text() + "\n]\n");
  ASSERT_TRUE(back.whole.ok());
  EXPECT_TRUE(*back.whole);
  ASSERT_EQ(back.events.size(), 6U);
  const TraceEvent& wait = back.events[3];
  EXPECT_TRUE(wait.is_slice_of("stage"));
  EXPECT_EQ(wait.name, "wait");
  EXPECT_EQ(wait.process, kWorkersProcess);
  EXPECT_EQ(wait.thread, 1);
  EXPECT_EQ(wait.begin_ns, 1 * kMs);
  EXPECT_EQ(wait.end_ns(), 2 * kMs);
  EXPECT_EQ(wait.numbers.at("task"), 41);
  EXPECT_EQ(back.events[1].texts.at("name"), "worker 0");
}

TEST(TraceReader, ReadsAFileThatWasCutOffAtAnyByteUpToItsLastWholeEvent) {
  const std::string text = some_text();
  const std::size_t first_event_end = text.find('\n', 2) - 1;
  std::size_t seen = 0;
  for (std::size_t length = first_event_end; length <= text.size(); ++length) {
    const ReadBack back = read(text.substr(0, length));
    ASSERT_TRUE(back.whole.ok()) << length << ": " << back.whole.error().reason;
    EXPECT_FALSE(*back.whole);
    EXPECT_GE(back.events.size(), seen);
    seen = back.events.size();
  }
  EXPECT_EQ(seen, 6U);
}

TEST(TraceReader, RefusesWhatIsNoTraceOfARun) {
  for (const char* text : {"", "[", "[]", "[{}]", R"({"traceEvents":[]})", "RIFF", "[[[[[[",
                           R"([{"ph":"X","name":"forward","ts":1,"dur":2}])"}) {
    const ReadBack back = read(text);
    ASSERT_FALSE(back.whole.ok()) << text;
    EXPECT_THAT(back.whole.error().reason, HasSubstr("no trace of a run")) << text;
    EXPECT_TRUE(back.events.empty());
  }
}

TEST(TraceReader, NamesTheByteAtWhichAFileIsDamaged) {
  std::string text = some_text() + "\n]\n";
  text[text.find("\"merge\"")] = '\x01';
  const ReadBack back = read(text);
  ASSERT_FALSE(back.whole.ok());
  EXPECT_THAT(back.whole.error().reason, HasSubstr("damaged at byte"));
}

TEST(TraceReader, SaysWhyAFileCannotBeRead) {
  const auto missing = read_trace("/no/such/trace.json", [](const TraceEvent&) {});
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().reason, HasSubstr("/no/such/trace.json"));
}

// What its numbers mean is another version's to say.
TEST(TraceReader, RefusesAnotherVersionAndSaysWhatToDo) {
  const std::string ours = fmt::format("\"format\":{}", kTraceVersion);
  for (const std::string other : {"\"format\":99", "\"of_old\":1"}) {
    std::string text = some_text() + "\n]\n";
    ASSERT_NE(text.find(ours), std::string::npos);
    text.replace(text.find(ours), ours.size(), other);
    const ReadBack back = read(text);
    ASSERT_FALSE(back.whole.ok()) << other;
    EXPECT_EQ(back.whole.error().stage, "trace");
    EXPECT_THAT(back.whole.error().reason, HasSubstr("this rookery reads format 2"));
    EXPECT_THAT(back.whole.error().remedy, HasSubstr("record the run anew"));
    EXPECT_TRUE(back.events.empty());
  }
}

}  // namespace
}  // namespace rookery
