#include "supervisor/charged_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <utility>
#include <vector>

#include "rookery/reading_ahead.h"

namespace rookery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kMaxDeaths = 2;

Batch batch_of(std::int64_t first, std::int64_t rows) {
  Batch batch;
  for (std::int64_t index = first; index < first + rows; ++index) {
    batch.segments.push_back({index, index, index + 1, index, index, index + 1});
  }
  return batch;
}

ModelWork work_of(std::int32_t model, std::vector<Batch> batches) {
  return {{model, 0}, std::move(batches)};
}

ChargedWork task_of(TaskId id, std::vector<ModelWork> parts) {
  return {.item = Task{id, {}, {}, std::move(parts)}};
}

WorkDeath death_at(TaskId id, std::int32_t part, std::int64_t segment) {
  return {.note = {id, part, segment, BeaconStage::kForward}, .how = "it died"};
}

WorkDeath kill_at(TaskId id) {
  WorkDeath death = death_at(id, 0, 0);
  death.charged = false;
  return death;
}

// (model, first segment) of each batch.
using Place = std::pair<std::int32_t, std::int64_t>;

std::vector<Place> batches_of(const ChargedWork& work) {
  std::vector<Place> places;
  for (const ModelWork& part : std::get<Task>(work.item).parts) {
    for (const Batch& batch : part.batches) {
      places.emplace_back(part.pass.model, batch.segments.front().index);
    }
  }
  return places;
}

TEST(ChargedWorkTest, TheNamedBatchIsChargedAndTheRestOfItsTaskIsFree) {
  const ChargedWork task = task_of(1, {work_of(0, {batch_of(0, 4), batch_of(4, 4)}),
                                       work_of(1, {batch_of(0, 2), batch_of(2, 2)})});
  const Aftermath after = after_death({task}, death_at(1, 1, 2), kMaxDeaths);
  ASSERT_EQ(after.again.size(), 2U);
  EXPECT_THAT(batches_of(after.again[0]), ElementsAre(Place(1, 2)));
  EXPECT_EQ(after.again[0].deaths, 1);
  EXPECT_THAT(batches_of(after.again[1]), ElementsAre(Place(0, 0), Place(0, 4), Place(1, 0)));
  EXPECT_EQ(after.again[1].deaths, 0);
}

TEST(ChargedWorkTest, APartOfSingleRowsIsNotCutSinceItsModelMayCarryState) {
  const ChargedWork task = task_of(1, {work_of(0, {batch_of(0, 1), batch_of(1, 1)})});
  const Aftermath charged = after_death({task}, death_at(1, 0, 1), kMaxDeaths);
  ASSERT_EQ(charged.again.size(), 1U);
  EXPECT_THAT(batches_of(charged.again[0]), ElementsAre(Place(0, 0), Place(0, 1)));
  Aftermath killed = after_death({task}, kill_at(1), kMaxDeaths);
  killed = after_death(std::move(killed.again), kill_at(1), kMaxDeaths);
  EXPECT_EQ(killed.again.size(), 1U);
}

// The batch that was being read during the named one's forward may be the guilty one.
TEST(ChargedWorkTest, ATaskThatWasReadAheadInIsTakenApartAndNothingOfItCharged) {
  const ChargedWork task = task_of(1, {work_of(0, {batch_of(0, 4), batch_of(4, 4)}),
                                       work_of(1, {batch_of(0, 1), batch_of(1, 1)})});
  WorkDeath death = death_at(1, 0, 0);
  death.reads_ahead = true;
  Aftermath after = after_death({task}, death, kMaxDeaths);
  ASSERT_EQ(after.again.size(), 3U);
  EXPECT_THAT(batches_of(after.again[0]), ElementsAre(Place(0, 0)));
  EXPECT_THAT(batches_of(after.again[1]), ElementsAre(Place(0, 4)));
  EXPECT_THAT(batches_of(after.again[2]), ElementsAre(Place(1, 0), Place(1, 1)));
  for (const ChargedWork& piece : after.again) {
    EXPECT_EQ(piece.deaths, 0);
    EXPECT_FALSE(may_be_read_ahead(std::get<Task>(piece.item)));
    const Aftermath charged = after_death({piece}, death, kMaxDeaths);
    ASSERT_EQ(charged.again.size(), 1U);
    EXPECT_EQ(charged.again[0].deaths, 1);
  }
}

TEST(ChargedWorkTest, WhatIsKilledTwiceFromOutsideIsCutIntoItsBatches) {
  const ChargedWork task =
      task_of(1, {work_of(0, {batch_of(0, 4), batch_of(4, 4)}), work_of(1, {batch_of(0, 1)})});
  Aftermath after = after_death({task}, kill_at(1), kMaxDeaths);
  ASSERT_EQ(after.again.size(), 1U);
  after = after_death(std::move(after.again), kill_at(1), kMaxDeaths);
  ASSERT_EQ(after.again.size(), 3U);
  EXPECT_THAT(batches_of(after.again[0]), ElementsAre(Place(0, 0)));
  EXPECT_THAT(batches_of(after.again[1]), ElementsAre(Place(0, 4)));
  EXPECT_THAT(batches_of(after.again[2]), ElementsAre(Place(1, 0)));
  for (const ChargedWork& piece : after.again) EXPECT_EQ(piece.deaths, 0);
}

TEST(ChargedWorkTest, TheLastStrawEndsOnlyWorkThatWasItselfInHandTooOften) {
  const ChargedWork fresh = task_of(1, {work_of(0, {batch_of(0, 1)})});
  ChargedWork worn = fresh;
  worn.uncharged_deaths = kMaxUnchargedDeaths - 1;
  WorkDeath last = kill_at(1);
  EXPECT_FALSE(after_death({worn}, last, kMaxDeaths).given_up);
  last.last_straw = true;
  EXPECT_FALSE(after_death({fresh}, last, kMaxDeaths).given_up);
  const Aftermath after = after_death({worn}, last, kMaxDeaths);
  ASSERT_TRUE(after.given_up);
  EXPECT_EQ(after.given_up->deaths, kMaxUnchargedDeaths);
  EXPECT_THAT(after.again, IsEmpty());
}

TEST(ChargedWorkTest, OtherWorkOfTheWorkerKeepsItsOrderAndIsNotCharged) {
  const ModelWork one_batch = work_of(0, {batch_of(0, 4)});
  const std::deque<ChargedWork> held = {task_of(1, {one_batch}), task_of(2, {one_batch}),
                                        task_of(3, {one_batch})};
  const Aftermath after = after_death(held, death_at(2, 0, 0), kMaxDeaths);
  using Charge = std::pair<TaskId, int>;
  std::vector<Charge> charges;
  for (const ChargedWork& one : after.again) charges.emplace_back(id_of(one.item), one.deaths);
  EXPECT_THAT(charges, ElementsAre(Charge(1, 0), Charge(2, 1), Charge(3, 0)));
}

}  // namespace
}  // namespace rookery
