// The configs that ship under configs/bench.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cells.h"

namespace rookery {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> shipped() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(ROOKERY_SOURCE_DIR "/configs/bench")) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ShippedConfig : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedConfig, HasOnlyCellsThatAreValidRuns) {
  const auto config = read_bench_config(ROOKERY_SOURCE_DIR "/configs/bench/" + GetParam());
  ASSERT_TRUE(config.ok()) << to_string(config.error());
  EXPECT_THAT(config->title, Not(IsEmpty()));
  EXPECT_THAT(config->question, Not(IsEmpty()));
  auto grid = make_grid(*config);
  ASSERT_TRUE(grid.ok()) << to_string(grid.error());
  const Status checked = check_cells(*config, *grid, 2);
  EXPECT_TRUE(checked.ok()) << to_string(checked.error());
  EXPECT_GT(grid->cells.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedConfig, ::testing::ValuesIn(shipped()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

TEST(ShippedConfigs, BeginWithAQuickOne) { EXPECT_THAT(shipped(), Contains("quick.yaml")); }

}  // namespace
}  // namespace rookery
