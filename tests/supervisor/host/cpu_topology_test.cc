#include "supervisor/host/cpu_topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery {
namespace {

using testing::ElementsAre;

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

}  // namespace
}  // namespace rookery
