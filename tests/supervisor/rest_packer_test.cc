#include "supervisor/rest_packer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <vector>

namespace rookery {
namespace {

using ::testing::ElementsAre;

ModelWork part_of(const PassKey& pass, std::int64_t rows) {
  Batch batch;
  batch.segments.resize(static_cast<std::size_t>(rows));
  return {pass, {batch}};
}

Task rest_of(std::int64_t position, std::int64_t rows) {
  return {0, Recording{position, "key", "path"}, {}, {part_of({0, 0}, rows)}};
}

std::vector<std::int64_t> positions_of(const MixedTask& mixed) {
  std::vector<std::int64_t> positions;
  for (const Task& task : mixed.tasks) positions.push_back(task.recording.position);
  return positions;
}

std::int64_t rows_of(const MixedTask& mixed) {
  return std::accumulate(mixed.tasks.begin(), mixed.tasks.end(), std::int64_t{0},
                         [](std::int64_t sum, const Task& task) {
                           return sum + std::ssize(task.parts.front().batches.front().segments);
                         });
}

TEST(RestPacker, TakesWhatIsLessThanABatchOfAModelThatIsMixed) {
  EXPECT_TRUE(RestPacker({8}).takes(rest_of(0, 7)));
  EXPECT_FALSE(RestPacker({8}).takes(rest_of(0, 8)));
  EXPECT_FALSE(RestPacker({0}).takes(rest_of(0, 1)));
}

TEST(RestPacker, GivesATaskOnceItsBatchIsFull) {
  RestPacker packer({4});
  packer.add(rest_of(0, 3));
  EXPECT_FALSE(packer.take_full());
  packer.add(rest_of(1, 1));
  packer.add(rest_of(2, 1));
  EXPECT_THAT(positions_of(packer.take_full().value()), ElementsAre(0, 1));
  EXPECT_FALSE(packer.take_full());
  EXPECT_THAT(positions_of(packer.take()), ElementsAre(2));
  EXPECT_TRUE(packer.empty());
}

TEST(RestPacker, FillsTwoBatchesWhereRestsDoNotAddUpToOne) {
  RestPacker packer({8});
  for (std::int64_t position = 0; position < 3; ++position) packer.add(rest_of(position, 5));
  EXPECT_FALSE(packer.take_full());
  packer.add(rest_of(3, 1));
  EXPECT_THAT(positions_of(packer.take_full().value()), ElementsAre(0, 1, 2, 3));
}

TEST(RestPacker, CountsAllChannelsOfTheFirstModelAndNoOther) {
  RestPacker packer({4, 4});
  Task stereo = rest_of(0, 2);
  stereo.parts = {part_of({0, 1}, 2), part_of({0, 2}, 2), part_of({1, 1}, 3), part_of({1, 2}, 3)};
  packer.add(stereo);
  EXPECT_THAT(positions_of(packer.take_full().value()), ElementsAre(0));
}

TEST(RestPacker, GoesByTheModelThatHasWorkToDo) {
  RestPacker packer({8, 2});
  Task second_alone = rest_of(0, 1);
  second_alone.parts = {part_of({1, 0}, 1)};
  packer.add(second_alone);
  EXPECT_FALSE(packer.take_full());
  packer.add(second_alone);
  EXPECT_TRUE(packer.take_full());
}

TEST(RestPacker, ForgetsARecordingThatFailedAndNoOther) {
  RestPacker packer({8});
  for (const std::int64_t position : {0, 1, 2}) packer.add(rest_of(position, 1));
  packer.drop(1);
  EXPECT_THAT(positions_of(packer.take()), ElementsAre(0, 2));
}

RC_GTEST_PROP(RestPackerProperty, EveryRestLeavesOnceInOrderAndLittleIsLeftEmpty, ()) {
  const auto batch_rows = *rc::gen::inRange<std::int64_t>(2, 33);
  const auto rests =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, batch_rows));
  RestPacker packer({static_cast<std::int32_t>(batch_rows)});
  std::vector<std::int64_t> left;
  const auto note = [&](const MixedTask& mixed) {
    for (const std::int64_t position : positions_of(mixed)) left.push_back(position);
  };
  for (std::size_t i = 0; i < rests.size(); ++i) {
    packer.add(rest_of(static_cast<std::int64_t>(i), rests[i]));
    while (const auto mixed = packer.take_full()) {
      const std::int64_t rows = rows_of(*mixed);
      RC_ASSERT(rows % batch_rows == 0 || rows >= 4 * batch_rows);
      RC_ASSERT(rows < 5 * batch_rows);
      note(*mixed);
    }
  }
  while (!packer.empty()) {
    const MixedTask mixed = packer.take();
    RC_ASSERT(rows_of(mixed) < 2 * batch_rows);
    note(mixed);
  }
  std::vector<std::int64_t> all(rests.size());
  std::iota(all.begin(), all.end(), 0);
  RC_ASSERT(left == all);
}

}  // namespace
}  // namespace rookery
