#include "supervisor/config/config_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "supervisor/config/config_keys.h"
#include "tests/supervisor/config/config_generators.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string refusal_of(const std::string& yaml) {
  RunConfig config;
  const Status status = apply_config_yaml(config, yaml, "job.yaml");
  EXPECT_EQ(config, RunConfig{}) << "an error must leave the configuration as it was";
  return status.ok() ? "accepted" : status.error().reason;
}

RC_GTEST_PROP(RunYaml, GivesTheSameConfigurationBack, ()) {
  const RunConfig config = any_config();
  RunConfig again;
  const Status status = apply_config_yaml(again, to_yaml(config), "run.yaml");
  RC_ASSERT(status.ok());
  RC_ASSERT(again == config);
}

TEST(DefaultYaml, IsTheBuiltInDefaultsWithEveryKeyExplained) {
  const std::string expected = to_yaml(RunConfig{});
  for (const ConfigKey& key : config_keys()) EXPECT_THAT(expected, HasSubstr("# " + key.help));
  EXPECT_EQ(text_of(ROOKERY_SOURCE_DIR "/configs/default.yaml"), expected)
      << "configs/default.yaml is to_yaml(RunConfig{}), word for word";
}

TEST(ConfigDocument, ListsEveryKeyAsTheTableHasIt) {
  std::string table = "| key | default | allowed | what it does |\n| --- | --- | --- | --- |\n";
  for (const ConfigKey& key : config_keys()) {
    table += fmt::format("| `{}` | `{}` | {} | {} |\n", key.name, key.print(RunConfig{}),
                         key.allowed, key.help);
  }
  EXPECT_THAT(text_of(ROOKERY_SOURCE_DIR "/docs/config.md"), HasSubstr(table));
}

TEST(ConfigFile, TakesKeysNestedOrDotted) {
  RunConfig nested;
  RunConfig dotted;
  ASSERT_TRUE(apply_config_yaml(nested, "batch: {size: 4}\npostprocess:\n  top_k: 2\n", "a").ok());
  ASSERT_TRUE(apply_config_yaml(dotted, "batch.size: 4\npostprocess.top_k: 2\n", "b").ok());
  EXPECT_EQ(nested, dotted);
  EXPECT_EQ(nested.results.batch_size, 4);
  EXPECT_EQ(nested.results.postprocess.top_k, 2);
}

TEST(ConfigFile, LeavesAloneWhatItDoesNotName) {
  RunConfig config;
  config.speed.workers = 7;
  config.results.postprocess.threshold = 0.9;
  ASSERT_TRUE(apply_config_yaml(config, "postprocess: {top_k: 1}", "a").ok());
  EXPECT_EQ(config.speed.workers, 7);
  EXPECT_EQ(config.results.postprocess.threshold, 0.9);
}

TEST(ConfigFile, MayBeEmpty) {
  EXPECT_EQ(refusal_of(""), "accepted");
  EXPECT_EQ(refusal_of("# nothing\n"), "accepted");
}

TEST(ConfigFile, ErrorsTellFileAndLine) {
  EXPECT_EQ(refusal_of("engine: threads\n\nworkres: 2\n"),
            "job.yaml:3: workres: there is no such key; the nearest is workers");
  EXPECT_THAT(refusal_of("batch:\n  size: many\n"), HasSubstr("job.yaml:2: batch.size: many"));
  EXPECT_THAT(refusal_of("engine: threads\nbatch: [\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(refusal_of("just words"), HasSubstr("job.yaml:1: is no map of keys and values"));
  EXPECT_THAT(refusal_of("a: 1\n---\nb: 2\n"), HasSubstr("more than one YAML document"));
}

// yaml-cpp reads a document of nothing there, and leaves the rest.
TEST(ConfigFile, ComesToAnEndWhereADocumentIsLeftHalfRead) {
  for (const char* text : {",", ",[", "{}}", "a: (b,\n\"c\"\n)  )\n"}) {
    EXPECT_NE(refusal_of(text), "accepted") << text;
  }
}

TEST(ConfigFile, RefusesAKeyGivenTwice) {
  EXPECT_THAT(refusal_of("workers: 2\nworkers: 3\n"),
              HasSubstr("job.yaml:2: workers: given twice"));
  EXPECT_THAT(refusal_of("batch: {size: 2}\nbatch.size: 3\n"),
              HasSubstr("batch.size: given twice"));
}

TEST(ConfigFile, IsReadFromDisk) {
  const TemporaryFolder folder;
  RunConfig config;
  ASSERT_TRUE(apply_config_file(config, folder.write("job.yaml", "workers: 3\n")).ok());
  EXPECT_EQ(config.speed.workers, 3);
}

TEST(ConfigFile, ThatCannotBeReadIsNamed) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder / "absent.yaml", folder.path().string()}) {
    RunConfig config;
    const Status status = apply_config_file(config, path);
    ASSERT_FALSE(status.ok()) << path;
    EXPECT_EQ(status.error().stage, "config");
    EXPECT_THAT(status.error().reason, HasSubstr(path));
  }
}

ModelCard card_of(OutputType output, Activation activation) {
  ModelCard card;
  card.output = output;
  card.activation = activation;
  card.labels = {"speech", "music"};
  return card;
}

std::string check(const std::string& postprocess, const ModelCard& card) {
  RunConfig config;
  const Status set = set_key(config, "postprocess", postprocess);
  if (!set.ok()) return set.error().reason;
  const Status status = check_config(config, card);
  return status.ok() ? "accepted" : status.error().reason;
}

TEST(CheckConfig, RefusesThresholdsOfLabelsThatTheModelDoesNotHave) {
  const ModelCard card = card_of(OutputType::kTags, Activation::kSigmoid);
  EXPECT_EQ(check("{label_thresholds: {speech: 0.2}}", card), "accepted");
  EXPECT_THAT(check("{label_thresholds: {spech: 0.2}}", card),
              HasSubstr("the model has no label spech; the nearest is speech"));
}

TEST(CheckConfig, RefusesThresholdsThatNoScoreCanReach) {
  const ModelCard sigmoid = card_of(OutputType::kTags, Activation::kSigmoid);
  EXPECT_THAT(check("{threshold: 50}", sigmoid), HasSubstr("postprocess.threshold: 50"));
  EXPECT_THAT(check("{label_thresholds: {music: -1}}", sigmoid),
              HasSubstr("postprocess.label_thresholds.music: -1"));
  EXPECT_EQ(check("{threshold: 50}", card_of(OutputType::kTags, Activation::kNone)), "accepted");
}

TEST(CheckConfig, RefusesAnOffThresholdAboveAThreshold) {
  const ModelCard frames = card_of(OutputType::kFrames, Activation::kSigmoid);
  EXPECT_EQ(check("{threshold: 0.5, threshold_off: 0.5}", frames), "accepted");
  EXPECT_EQ(check("{threshold: 0.5, threshold_off: same}", frames), "accepted");
  EXPECT_THAT(check("{threshold: 0.5, threshold_off: 0.6}", frames),
              HasSubstr("postprocess.threshold_off: 0.6"));
  EXPECT_THAT(check("{threshold: 0.5, threshold_off: 0.4, label_thresholds: {music: 0.3}}", frames),
              HasSubstr("it must not be above postprocess.label_thresholds.music, 0.3"));
}

}  // namespace
}  // namespace rookery
