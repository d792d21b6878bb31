#include "supervisor/host/cpu_topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<int> os_indices(const CpuTopology& topology) {
  std::vector<int> indices;
  for (const Core& core : topology.cores) indices.push_back(core.os_index);
  return indices;
}

TEST(CpuTopology, TakesPhysicalCoresOfBothSocketsInTurnBeforeAnySibling) {
  // Logical processors 0..7: socket 0 has cores {0,1} {2,3}, socket 1 has {4,5} {6,7}.
  const auto topology = synthetic_topology("pack:2 core:2 pu:2", std::nullopt);
  ASSERT_TRUE(topology.ok());
  EXPECT_EQ(topology->sockets, 2);
  EXPECT_EQ(topology->physical_cores, 4);
  EXPECT_THAT(os_indices(*topology), ElementsAre(0, 4, 2, 6, 1, 5, 3, 7));
}

TEST(CpuTopology, UsesNothingOutsideTheInheritedMask) {
  const auto topology = synthetic_topology("pack:2 core:4 pu:1", std::set<int>{1, 2, 6});
  ASSERT_TRUE(topology.ok());
  EXPECT_THAT(os_indices(*topology), ElementsAre(1, 6, 2));
}

TEST(CpuTopology, TakesASiblingAsACoreWhenTheMaskHoldsNoOther) {
  const auto topology = synthetic_topology("pack:1 core:2 pu:2", std::set<int>{1, 3});
  ASSERT_TRUE(topology.ok());
  EXPECT_EQ(topology->physical_cores, 2);
  EXPECT_THAT(os_indices(*topology), ElementsAre(1, 3));
}

TEST(CpuTopology, CountsNumaNodes) {
  const auto topology = synthetic_topology("pack:2 [numa] core:2 pu:1", std::nullopt);
  ASSERT_TRUE(topology.ok());
  EXPECT_EQ(topology->numa_nodes, 2);
  EXPECT_NE(topology->cores[0].numa_node, topology->cores[1].numa_node);
}

TEST(CpuTopology, RefusesWhatIsNoDescription) {
  EXPECT_FALSE(synthetic_topology("no such host", std::nullopt).ok());
}

TEST(CpuTopology, FindsAtLeastOneCoreOnThisHost) {
  const auto topology = host_topology();
  ASSERT_TRUE(topology.ok());
  EXPECT_GE(topology->cores.size(), 1U);
}

CpuTopology four_cores_eight_processors() {
  return synthetic_topology("pack:1 core:4 pu:2", std::nullopt).value();
}

TEST(PlaceWorkers, GivesEachPhysicalCoreOneWorkerByDefault) {
  const auto placement = place_workers(four_cores_eight_processors(), std::nullopt, 0, true, false);
  ASSERT_TRUE(placement.ok());
  EXPECT_THAT(placement->cores, ElementsAre(0, 2, 4, 6));
}

TEST(PlaceWorkers, StaysWithinTheWholeCpusOfAQuota) {
  const auto placement = place_workers(four_cores_eight_processors(), 2.5, 0, true, false);
  ASSERT_TRUE(placement.ok());
  EXPECT_THAT(placement->cores, ElementsAre(0, 2));
}

TEST(PlaceWorkers, GivesOneWorkerUnderAQuotaBelowOneCpu) {
  const auto placement = place_workers(four_cores_eight_processors(), 0.5, 0, true, false);
  ASSERT_TRUE(placement.ok());
  EXPECT_THAT(placement->cores, ElementsAre(0));
}

TEST(PlaceWorkers, RefusesMorePinnedWorkersThanCoresAndTellsBothNumbers) {
  const auto placement = place_workers(four_cores_eight_processors(), std::nullopt, 9, true, false);
  ASSERT_FALSE(placement.ok());
  EXPECT_THAT(placement.error().reason, HasSubstr("workers is 9, but 8 cores"));
  EXPECT_THAT(placement.error().remedy, HasSubstr("--oversubscribe"));
}

TEST(PlaceWorkers, RefusesMorePinnedWorkersThanTheQuota) {
  const auto placement = place_workers(four_cores_eight_processors(), 2.0, 3, true, false);
  ASSERT_FALSE(placement.ok());
  EXPECT_THAT(placement.error().reason, HasSubstr("quota is 2.00"));
}

TEST(PlaceWorkers, GoesRoundTheCoresWhenToldToOversubscribe) {
  const auto topology = synthetic_topology("pack:1 core:2 pu:1", std::nullopt).value();
  const auto placement = place_workers(topology, std::nullopt, 5, true, true);
  ASSERT_TRUE(placement.ok());
  EXPECT_THAT(placement->cores, ElementsAre(0, 1, 0, 1, 0));
}

TEST(PlaceWorkers, PinsNobodyWhenToldNotTo) {
  const auto placement =
      place_workers(four_cores_eight_processors(), std::nullopt, 10, false, false);
  ASSERT_TRUE(placement.ok());
  EXPECT_THAT(placement->cores, testing::Each(-1));
  EXPECT_EQ(placement->cores.size(), 10U);
}

}  // namespace
}  // namespace rookery
