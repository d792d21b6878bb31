#include "supervisor/config/config_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "supervisor/host/allocator_presets.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const ConfigKey& key_named(const std::string& name) {
  for (const ConfigKey& key : config_keys()) {
    if (key.name == name) return key;
  }
  throw std::out_of_range(name);
}

// What the setting looks like after it was set from `yaml`, or the error's reason.
std::string outcome(const std::string& name, const std::string& yaml) {
  RunConfig config;
  const Status status = set_key(config, name, yaml);
  return status.ok() ? key_named(name).print(config) : "refused: " + status.error().reason;
}

TEST(ConfigKeys, AreUniqueAndExplained) {
  std::set<std::string> names;
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.allowed.empty()) << key.name;
    EXPECT_FALSE(key.help.empty()) << key.name;
  }
}

TEST(ConfigKeys, AllowTheBuiltInDefaults) {
  for (const ConfigKey& key : config_keys()) {
    EXPECT_EQ(outcome(key.name, key.print(RunConfig{})), key.print(RunConfig{})) << key.name;
  }
}

TEST(ConfigKeys, AreGroupedByWhatTheyShape) {
  EXPECT_EQ(key_named("model").group, KeyGroup::kWhat);
  for (const char* name : {"batch.size", "intra_op", "openmp", "audio.channel", "audio.resampler",
                           "postprocess.threshold", "postprocess.merge"}) {
    EXPECT_EQ(key_named(name).group, KeyGroup::kResults) << name;
  }
  for (const char* name : {"engine", "start", "weights", "workers", "pin", "inter_op", "allocator",
                           "prefetch", "decode_ahead", "spread_models", "formats", "timestamps"}) {
    EXPECT_EQ(key_named(name).group, KeyGroup::kSpeed) << name;
  }
  for (const char* name :
       {"max_time", "until", "max_failed", "retry_failed", "nice", "metrics", "trace"}) {
    EXPECT_EQ(key_named(name).group, KeyGroup::kOperating) << name;
  }
}

TEST(ConfigKeys, SayWhichOfThemArePaths) {
  std::set<std::string> paths;
  for (const ConfigKey& key : config_keys()) {
    if (key.is_path) paths.insert(key.name);
  }
  EXPECT_THAT(paths, UnorderedElementsAre("model", "out", "inputs", "postprocess.word_list",
                                          "metrics", "trace"));
}

TEST(ConfigKeys, TakeWhatTheyAllow) {
  EXPECT_EQ(outcome("workers", "auto"), "auto");
  EXPECT_EQ(outcome("workers", "8"), "8");
  EXPECT_EQ(outcome("batch.size", "4096"), "4096");
  EXPECT_EQ(outcome("batch.size", "010"), "10");
  EXPECT_EQ(outcome("audio.channel", "2"), "2");
  EXPECT_EQ(outcome("audio.channel", "each"), "each");
  EXPECT_EQ(outcome("postprocess.threshold", "1e-3"), "0.001");
  EXPECT_EQ(outcome("postprocess.threshold", "-4.5"), "-4.5");
  EXPECT_EQ(outcome("postprocess.threshold_off", "same"), "same");
  EXPECT_EQ(outcome("postprocess.label_thresholds", "{dog: 0.25, 'a, b': 1}"),
            "{\"a, b\": 1, dog: 0.25}");
  EXPECT_EQ(outcome("openmp", "libomp"), "libomp");
  EXPECT_EQ(outcome("environment", "{OMP_NUM_THREADS: 2, A_1: 'x: y', EMPTY: ''}"),
            "{A_1: \"x: y\", EMPTY: \"\", OMP_NUM_THREADS: 2}");
  EXPECT_EQ(outcome("formats", "jsonl, csv"), "[jsonl, csv]");
  EXPECT_EQ(outcome("formats", "[csv, audacity, csv]"), "[csv, audacity]");
  EXPECT_EQ(outcome("formats", "[]"), "[]");
  EXPECT_EQ(outcome("timestamps", "none"), "none");
  EXPECT_EQ(outcome("timestamps", "header"), "header");
  EXPECT_EQ(outcome("timestamps", "'filename=%Y: %m%d'"), "\"filename=%Y: %m%d\"");
  EXPECT_EQ(outcome("inputs", "[a, -b, 'c d']"), "[a, -b, \"c d\"]");
  EXPECT_EQ(outcome("engine", "threads"), "threads");
  EXPECT_EQ(outcome("pin", "no"), "false");
  EXPECT_EQ(outcome("model", "dir/caf\\xe9"), "\"dir/caf\\\\xe9\"");
}

struct BadValue {
  const char* name;
  const char* yaml;
  const char* shown;  // of the value
};

// Found by GoogleTest: names the case in reports.
[[maybe_unused]] void PrintTo(const BadValue& value, std::ostream* stream) {
  *stream << value.name << ": " << value.yaml;
}

class RefusedValue : public ::testing::TestWithParam<BadValue> {};

TEST_P(RefusedValue, IsNamedWithItsKeyAndWhatIsAllowed) {
  const auto& [name, yaml, shown] = GetParam();
  RunConfig config;
  const Status status = set_key(config, name, yaml);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().stage, "config");
  EXPECT_THAT(status.error().reason,
              AllOf(HasSubstr(std::string(name) + ": " + shown + " is not allowed"),
                    HasSubstr("it takes " + key_named(name).allowed)));
  EXPECT_EQ(config, RunConfig{}) << "an error must leave the configuration as it was";
}

INSTANTIATE_TEST_SUITE_P(
    Values, RefusedValue,
    ::testing::Values(
        BadValue{"batch.size", "0", "0"}, BadValue{"batch.size", "4097", "4097"},
        BadValue{"batch.size", "8.0", "8.0"}, BadValue{"batch.size", "8x", "8x"},
        BadValue{"batch.size", "99999999999999999999", "99999999999999999999"},
        BadValue{"batch.size", "", "nothing"}, BadValue{"batch.size", "[8]", "[8]"},
        BadValue{"workers", "0", "0"}, BadValue{"workers", "-1", "-1"},
        BadValue{"workers", "Auto", "Auto"}, BadValue{"audio.channel", "0", "0"},
        BadValue{"audio.channel", "left", "left"}, BadValue{"audio.resampler", "best", "best"},
        BadValue{"postprocess.threshold", ".nan", ".nan"},
        BadValue{"postprocess.threshold", "nan", "nan"},
        BadValue{"postprocess.threshold", "inf", "inf"},
        BadValue{"postprocess.threshold", "half", "half"},
        BadValue{"postprocess.threshold_off", "-0.5", "-0.5"},
        BadValue{"postprocess.label_thresholds", "0.5", "0.5"},
        BadValue{"postprocess.label_thresholds", "{a: 0.5, a: 0.6}", "{a: 0.5, a: 0.6}"},
        BadValue{"postprocess.label_thresholds", "{a: half}", "{a: half}"},
        BadValue{"postprocess.smooth_segments", "2", "2"}, BadValue{"postprocess.merge", "1", "1"},
        BadValue{"postprocess.merge_gap_seconds", "-1", "-1"},
        BadValue{"engine", "fibers", "fibers"}, BadValue{"start", "exec", "exec"},
        BadValue{"weights", "copied", "copied"}, BadValue{"allocator", "hoard", "hoard"},
        BadValue{"timestamps", "filename=%H%M", "\"filename=%H%M\""},
        BadValue{"formats", "jsonl,xml", "\"jsonl,xml\""},
        BadValue{"formats", "[jsonl, [csv]]", "[jsonl, [csv]]"}, BadValue{"model", "", "nothing"},
        BadValue{"inputs", "[a, {b: c}]", "[a, {b: c}]"}, BadValue{"inputs", "&x [*x]", "[[[…]]]"},
        BadValue{"task_seconds", "11", "11"}, BadValue{"openmp", "libiomp5", "libiomp5"},
        BadValue{"environment", "{LD_PRELOAD: x.so}", "{LD_PRELOAD: x.so}"},
        BadValue{"environment", "{ROOKERY_OPENMP: libomp}", "{ROOKERY_OPENMP: libomp}"},
        BadValue{"environment", "{a-b: 1}", "{a-b: 1}"},
        BadValue{"environment", "{2FAST: 1}", "{2FAST: 1}"},
        BadValue{"environment", "{A: [1]}", "{A: [1]}"}));

TEST(ConfigKeys, SayWhatIsReservedForALaterRelease) {
  EXPECT_EQ(
      outcome("weights", "per-node"),
      "refused: weights: per-node is reserved for a later release; it takes shared or private");
}

TEST(ConfigKeys, NameTheNearestKeyForAnUnknownOne) {
  EXPECT_EQ(outcome("wrokers", "2"),
            "refused: wrokers: there is no such key; the nearest is workers");
  EXPECT_THAT(outcome("batch_size", "2"), HasSubstr("the nearest is batch.size"));
  EXPECT_THAT(outcome("threshold", "2"), HasSubstr("the nearest is postprocess.threshold"));
  EXPECT_THAT(outcome("postprocess", "{treshold: 0.4}"),
              HasSubstr("postprocess.treshold: there is no such key; "
                        "the nearest is postprocess.threshold"));
}

TEST(ConfigKeys, NameEveryAllocatorPreset) {
  std::vector<std::string> presets;
  for (const AllocatorPreset& preset : allocator_presets()) presets.push_back(preset.name);
  EXPECT_EQ(allocator_names(), presets);
}

TEST(ConfigKeys, CanBeSetByTheGroup) {
  RunConfig config;
  ASSERT_TRUE(set_key(config, "postprocess", "{threshold: 0.4, top_k: 3}").ok());
  EXPECT_EQ(config.results.postprocess.threshold, 0.4);
  EXPECT_EQ(config.results.postprocess.top_k, 3);
  EXPECT_THAT(outcome("batch", "8"), HasSubstr("batch: 8 is not allowed; it is a group of keys: "
                                               "batch.size"));
}

TEST(ConfigKeys, TakeEnvironmentVariablesOneByOne) {
  RunConfig config;
  ASSERT_TRUE(set_key(config, "environment", "{A: 1}").ok());
  ASSERT_TRUE(set_key(config, "environment.OMP_NUM_THREADS", "2").ok());
  ASSERT_TRUE(set_key(config, "environment.A", "'3'").ok());
  using Variables = std::map<std::string, std::string>;
  EXPECT_EQ(config.speed.environment, (Variables{{"A", "3"}, {"OMP_NUM_THREADS", "2"}}));
  const Status refused = set_key(config, "environment.LD_LIBRARY_PATH", "/x");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().reason, HasSubstr("environment.LD_LIBRARY_PATH: /x is not allowed"));
  EXPECT_EQ(config.speed.environment.size(), 2U);
}

TEST(ConfigKeys, AreAllSetOrNone) {
  RunConfig config;
  ASSERT_FALSE(set_key(config, "postprocess", "{threshold: 0.4, top_k: -3}").ok());
  EXPECT_EQ(config, RunConfig{});
}

TEST(ConfigKeys, RefuseTextThatIsNoYaml) {
  EXPECT_THAT(outcome("formats", "[jsonl"), HasSubstr("formats:1: not valid YAML"));
}

}  // namespace
}  // namespace rookery
