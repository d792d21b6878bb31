#include "supervisor/bench/absolute_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "rookery/run_config.h"
#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;

std::string here(const std::string& path) {
  return (std::filesystem::current_path() / path).native();
}

// What a run is given.
RunConfig with_keys(const std::vector<Setting>& settings) {
  RunConfig config;
  for (const Setting& one : with_absolute_paths(settings)) {
    const Status set = set_key(config, one.key, one.value.yaml);
    EXPECT_TRUE(set.ok()) << one.value.yaml;
  }
  return config;
}

TEST(AbsolutePaths, StandWhereOneOrSeveralRelativeOnesStood) {
  EXPECT_THAT(with_keys({{"model", {"a model", "a model"}}}).models, ElementsAre(here("a model")));
  const RunConfig config = with_keys({{"model", {"[m/one, /m/two]", "[m/one, /m/two]"}},
                                      {"postprocess.word_list", {"words.txt", "words.txt"}}});
  EXPECT_THAT(config.models, ElementsAre(here("m/one"), "/m/two"));
  EXPECT_EQ(config.results.postprocess.word_list, here("words.txt"));
}

TEST(AbsolutePaths, HaveTheBytesOfTheRelativeOnes) {
  const std::string escaped = R"("caf\\xe9")";
  EXPECT_THAT(with_keys({{"model", {"caf", escaped}}}).models, ElementsAre(here("caf\xe9")));
}

TEST(AbsolutePaths, AreMadeOfPathsOnlyAndOfNoneThatIsLeftOut) {
  const std::vector<Setting> settings = {{"engine", {"threads", "threads"}},
                                         {"openmp", {"unset", ""}},
                                         {"postprocess.word_list", {"unset", ""}},
                                         {"environment.A", {"a/b", "a/b"}},
                                         {"model", {"/m", "/m"}}};
  EXPECT_EQ(with_absolute_paths(settings), settings);
  EXPECT_EQ(with_keys({{"postprocess.word_list", {"", R"("")"}}}).results.postprocess.word_list,
            "");
}

TEST(AbsolutePaths, KeepTheTextsThatValuesAreKnownBy) {
  EXPECT_EQ(with_absolute_paths({{"model", {"m/one", "m/one"}}}).front().value.text, "m/one");
}

}  // namespace
}  // namespace rookery
