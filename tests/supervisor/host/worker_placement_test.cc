#include "supervisor/host/worker_placement.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <stdexcept>

namespace rookery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Logical processors 0..7: two on each of four physical cores.
CpuTopology four_cores_eight_processors() {
  return synthetic_topology("pack:1 core:4 pu:2", std::nullopt).value();
}

// Logical processors 0..11: two sockets of three physical cores.
CpuTopology two_sockets_of_three_cores() {
  return synthetic_topology("pack:2 [numa] core:3 pu:2", std::nullopt).value();
}

std::vector<CoreSet> placed(const CpuTopology& topology, const WantedWorkers& wanted,
                            std::optional<double> quota = std::nullopt) {
  const auto placement = place_workers(topology, quota, wanted);
  if (!placement) throw std::runtime_error(to_string(placement.error()));
  return placement->cores;
}

TEST(PlaceWorkers, GivesEachPhysicalCoreOneWorkerByDefault) {
  EXPECT_THAT(placed(four_cores_eight_processors(), {}),
              ElementsAre(CoreSet{0}, CoreSet{2}, CoreSet{4}, CoreSet{6}));
}

TEST(PlaceWorkers, GivesAsManyWorkersAsPhysicalCoresSufficeForAndAtLeastOne) {
  EXPECT_THAT(placed(four_cores_eight_processors(), {.intra_op = 2}),
              ElementsAre(CoreSet{0, 2}, CoreSet{4, 6}));
  EXPECT_THAT(placed(four_cores_eight_processors(), {.intra_op = 3}),
              ElementsAre(CoreSet{0, 2, 4}));
  EXPECT_THAT(placed(four_cores_eight_processors(), {.intra_op = 6}), SizeIs(1));
  EXPECT_THAT(placed(four_cores_eight_processors(), {.intra_op = 2, .pin = false}), SizeIs(2));
}

TEST(PlaceWorkers, StaysWithinTheWholeCpusOfAQuota) {
  EXPECT_THAT(placed(four_cores_eight_processors(), {}, 2.5), ElementsAre(CoreSet{0}, CoreSet{2}));
  EXPECT_THAT(placed(four_cores_eight_processors(), {.intra_op = 2}, 2.5),
              ElementsAre(CoreSet{0, 2}));
}

TEST(PlaceWorkers, GivesOneWorkerUnderAQuotaBelowOneCpu) {
  EXPECT_THAT(placed(four_cores_eight_processors(), {}, 0.5), ElementsAre(CoreSet{0}));
}

// Sockets in turn; {2, 5} of both sockets before siblings, which share a physical core's units.
TEST(PlaceWorkers, KeepsAWorkersCoresTogetherAndOffEachOthersPhysicalCoresWhileItCan) {
  const auto topology = two_sockets_of_three_cores();
  EXPECT_THAT(placed(topology, {.workers = 6, .intra_op = 2}),
              ElementsAre(CoreSet{0, 2}, CoreSet{6, 8}, CoreSet{4, 10}, CoreSet{1, 3},
                          CoreSet{7, 9}, CoreSet{5, 11}));
}

TEST(PlaceWorkers, FillsASocketBeforeItGoesOnToTheNextWhenAWorkerNeedsSeveralNodes) {
  const auto topology = synthetic_topology("pack:2 group:2 [numa] core:2 pu:1", std::nullopt);
  EXPECT_THAT(placed(topology.value(), {.workers = 2, .intra_op = 4}),
              ElementsAre(CoreSet{0, 1, 2, 3}, CoreSet{4, 5, 6, 7}));
}

TEST(PlaceWorkers, GivesHelpersACoreEachWherePhysicalCoresSuffice) {
  const auto topology = four_cores_eight_processors();
  EXPECT_THAT(placed(topology, {.workers = 2, .helper = true}),
              ElementsAre(CoreSet{0, 2}, CoreSet{4, 6}));
  EXPECT_THAT(placed(topology, {.workers = 1, .intra_op = 3, .helper = true}),
              ElementsAre(CoreSet{0, 2, 4, 6}));
  EXPECT_THAT(placed(topology, {.workers = 2, .intra_op = 2, .helper = true}),
              ElementsAre(CoreSet{0, 2}, CoreSet{4, 6}));
  EXPECT_THAT(placed(topology, {.helper = true}), SizeIs(4));
  EXPECT_THAT(placed(topology, {.workers = 2, .helper = true}, 2.0),
              ElementsAre(CoreSet{0}, CoreSet{2}));
}

TEST(PlaceWorkers, RefusesMorePinnedWorkersThanCoresAndTellsTheNumbers) {
  const auto narrow = place_workers(four_cores_eight_processors(), std::nullopt, {.workers = 9});
  ASSERT_FALSE(narrow.ok());
  EXPECT_THAT(narrow.error().reason, HasSubstr("workers is 9, but 8 cores"));
  EXPECT_THAT(narrow.error().remedy, HasSubstr("--oversubscribe"));
  const auto wide =
      place_workers(four_cores_eight_processors(), std::nullopt, {.workers = 3, .intra_op = 3});
  ASSERT_FALSE(wide.ok());
  EXPECT_THAT(wide.error().reason, HasSubstr("workers is 3 and intra_op 3, but 8 cores"));
  EXPECT_THAT(wide.error().remedy, HasSubstr("a lower intra_op"));
}

TEST(PlaceWorkers, RefusesMorePinnedWorkersThanTheQuota) {
  const auto placement = place_workers(four_cores_eight_processors(), 2.0, {.workers = 3});
  ASSERT_FALSE(placement.ok());
  EXPECT_THAT(placement.error().reason, HasSubstr("quota is 2.00"));
}

TEST(PlaceWorkers, GoesRoundTheCoresWhenToldToOversubscribe) {
  const auto topology = synthetic_topology("pack:1 core:3 pu:1", std::nullopt).value();
  EXPECT_THAT(placed(topology, {.workers = 4, .oversubscribe = true}),
              ElementsAre(CoreSet{0}, CoreSet{1}, CoreSet{2}, CoreSet{0}));
  EXPECT_THAT(placed(topology, {.workers = 3, .intra_op = 2, .oversubscribe = true}),
              ElementsAre(CoreSet{0, 1}, CoreSet{0, 2}, CoreSet{1, 2}));
}

TEST(PlaceWorkers, PinsNobodyWhenToldNotTo) {
  const auto cores = placed(four_cores_eight_processors(), {.workers = 10, .pin = false});
  EXPECT_THAT(cores, testing::Each(CoreSet{}));
  EXPECT_THAT(cores, SizeIs(10));
}

CpuTopology any_host() {
  const auto any = [](int most) { return *rc::gen::inRange(1, most + 1); };
  return synthetic_topology(
             fmt::format("pack:{} group:{} [numa] core:{} pu:{}", any(2), any(3), any(5), any(2)),
             std::nullopt)
      .value();
}

WantedWorkers any_workers(std::size_t cores) {
  const auto most = static_cast<int>(cores) + 3;
  return {.workers = *rc::gen::inRange(1, most),
          .intra_op = *rc::gen::inRange(1, most),
          .oversubscribe = true};
}

RC_GTEST_PROP(PlaceWorkers, GivesEachWorkerAsManyCoresAsItHasThreadsAndAllTheSameShare, ()) {
  const auto topology = any_host();
  const auto wanted = any_workers(topology.cores.size());
  std::map<int, int> workers_on;
  for (const Core& core : topology.cores) workers_on[core.os_index] = 0;
  const auto cores = placed(topology, wanted);
  RC_ASSERT(cores.size() == static_cast<std::size_t>(wanted.workers));
  for (const CoreSet& set : cores) {
    RC_ASSERT(std::set<int>(set.begin(), set.end()).size() ==
              std::min(static_cast<std::size_t>(wanted.intra_op), topology.cores.size()));
    RC_ASSERT(std::ranges::is_sorted(set));
    for (const int core : set) ++workers_on.at(core);
  }
  // So no two workers share a core as long as cores last.
  const auto [least, most] = std::ranges::minmax(workers_on | std::views::values);
  RC_ASSERT(most - least <= 1);
}

RC_GTEST_PROP(PlaceWorkers, PutsAWorkerWhereItWouldBeWithFewerBehindIt, ()) {
  const auto topology = any_host();
  auto wanted = any_workers(topology.cores.size());
  auto cores = placed(topology, wanted);
  cores.resize(static_cast<std::size_t>(*rc::gen::inRange(1, wanted.workers + 1)));
  wanted.workers = static_cast<int>(cores.size());
  RC_ASSERT(placed(topology, wanted) == cores);
}

// Of the first logical processors of physical cores alone: as many as the nodes have whole sets of.
RC_GTEST_PROP(PlaceWorkers, KeepsWorkersWithinANodeAndOnPhysicalCoresOfTheirOwnWhileNodesHaveRoom,
              ()) {
  const auto topology = any_host();
  std::map<int, std::set<int>> physical_cores;  // by node
  std::map<int, Core> by_index;
  for (const Core& core : topology.cores) {
    physical_cores[core.numa_node].insert(core.physical_core);
    by_index[core.os_index] = core;
  }
  const int size = *rc::gen::inRange(1, static_cast<int>(physical_cores[0].size()) + 1);
  int sets = 0;
  for (const auto& [node, found] : physical_cores) sets += static_cast<int>(found.size()) / size;
  std::set<int> taken;
  for (const CoreSet& set : placed(topology, {.workers = sets, .intra_op = size})) {
    for (const int core : set) {
      RC_ASSERT(by_index[core].numa_node == by_index[set.front()].numa_node);
      RC_ASSERT(taken.insert(by_index[core].physical_core).second);
    }
  }
}

}  // namespace
}  // namespace rookery
