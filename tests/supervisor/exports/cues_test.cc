// Words gathered into cues.
#include "supervisor/exports/cues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace rookery {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kSecond = 1'000'000;

struct Word {
  std::int64_t start_us;
  std::int64_t end_us;
  std::string text;
};

std::vector<Cue> cues_of(const std::vector<Word>& words) {
  CueBuilder builder;
  std::vector<Cue> cues;
  const auto take = [&cues](std::optional<Cue> cue) {
    if (cue) cues.push_back(std::move(*cue));
  };
  for (const Word& word : words) take(builder.add(word.start_us, word.end_us, word.text));
  take(builder.finish());
  return cues;
}

// Words of half a second each, one right after the other.
std::vector<Word> without_pauses(const std::vector<std::string>& texts) {
  std::vector<Word> words;
  for (const std::string& text : texts) {
    const std::int64_t start_us = std::ssize(words) * kSecond / 2;
    words.push_back({start_us, start_us + kSecond / 2, text});
  }
  return words;
}

TEST(Cues, NoWordsGiveNoCue) { EXPECT_TRUE(cues_of({}).empty()); }

TEST(Cues, WordsThatFollowEachOtherAreOneCueFromTheFirstStartToTheLastEnd) {
  EXPECT_THAT(cues_of(without_pauses({"one", "two", "three"})),
              ElementsAre(Cue{0, 3 * kSecond / 2, {"one two three"}}));
}

TEST(Cues, APauseOfSevenTenthsOfASecondBeginsACueAndAShorterOneDoesNot) {
  EXPECT_THAT(cues_of({{0, kSecond, "a"}, {1'699'999, 2 * kSecond, "b"}}),
              ElementsAre(Cue{0, 2 * kSecond, {"a b"}}));
  EXPECT_THAT(cues_of({{0, kSecond, "a"}, {1'700'000, 2 * kSecond, "b"}}),
              ElementsAre(Cue{0, kSecond, {"a"}}, Cue{1'700'000, 2 * kSecond, {"b"}}));
}

TEST(Cues, ALineHoldsFortyTwoCharactersAndACueTwoLines) {
  const std::string twenty(20, 'x');
  const std::string twenty_one = "\u00e4" + twenty;  // more bytes than characters
  EXPECT_THAT(
      cues_of(without_pauses({twenty, twenty_one, twenty, twenty_one, "y"})),
      ElementsAre(Cue{0, 2 * kSecond, {twenty + " " + twenty_one, twenty + " " + twenty_one}},
                  Cue{2 * kSecond, 5 * kSecond / 2, {"y"}}));
  EXPECT_THAT(cues_of(without_pauses({twenty_one, twenty_one})),
              ElementsAre(Cue{0, kSecond, {twenty_one, twenty_one}}));
}

TEST(Cues, ACueLastsSevenSeconds) {
  EXPECT_THAT(cues_of({{0, 3 * kSecond, "a"}, {3 * kSecond, 7 * kSecond, "b"}}),
              ElementsAre(Cue{0, 7 * kSecond, {"a b"}}));
  EXPECT_EQ(cues_of({{0, 3 * kSecond, "a"}, {3 * kSecond, 7 * kSecond + 1, "b"}}).size(), 2U);
}

TEST(Cues, AWordThatIsTooLongIsNotSplit) {
  const std::string fifty(50, 'x');
  EXPECT_THAT(cues_of({{0, kSecond, "a"}, {kSecond, 2 * kSecond, fifty}}),
              ElementsAre(Cue{0, 2 * kSecond, {"a", fifty}}));
  EXPECT_THAT(cues_of({{0, 9 * kSecond, "a"}, {9 * kSecond, 10 * kSecond, "b"}}),
              ElementsAre(Cue{0, 9 * kSecond, {"a"}}, Cue{9 * kSecond, 10 * kSecond, {"b"}}));
}

RC_GTEST_PROP(Cues, EveryWordComesOutOnceAndInOrderWithinTheLimits, ()) {
  std::vector<Word> words;
  std::string all;
  std::int64_t now_us = 0;
  for (const int length : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 30))) {
    now_us += *rc::gen::inRange<std::int64_t>(0, kSecond);
    const std::int64_t end_us = now_us + *rc::gen::inRange<std::int64_t>(1, kSecond);
    words.push_back({now_us, end_us, std::string(static_cast<std::size_t>(length), 'a')});
    all += words.back().text + " ";
    now_us = end_us;
  }
  std::string told;
  std::int64_t shown_until_us = 0;
  for (const Cue& cue : cues_of(words)) {
    RC_ASSERT(cue.start_us >= shown_until_us);
    shown_until_us = cue.end_us;
    RC_ASSERT(cue.end_us - cue.start_us <= 7 * kSecond);
    RC_ASSERT(cue.lines.size() <= 2U);
    for (const std::string& line : cue.lines) {
      RC_ASSERT(line.size() <= 42U);
      told += line + " ";
    }
  }
  RC_ASSERT(told == all);
}

}  // namespace
}  // namespace rookery
