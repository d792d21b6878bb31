// What `rookery inspect` is told: one line of JSON, properties or the reason for refusal.
#include "worker/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <nlohmann/json.hpp>

#include "tests/worker/test_recordings.h"
#include "tests/worker/toy_models.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json parsed(const std::string& line) {
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  return nlohmann::json::parse(line);
}

class Inspection : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
};

TEST_F(Inspection, TellsARecordingsProperties) {
  const std::string path = folder_.file("a.wav");
  testing::write_recording(path, {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, 22050},
                           testing::test_signal(1000, 2));
  const auto found = parsed(inspect_recording(path, "mix"));
  EXPECT_EQ(found["frames"], 1000);
  EXPECT_EQ(found["sample_rate"], 22050);
  EXPECT_EQ(found["channels"], 2);
  EXPECT_TRUE(found["missing"].is_null());
}

TEST_F(Inspection, TellsWhyARecordingIsRefusedEvenIfItsNameIsNoUtf8) {
  const auto refused = parsed(inspect_recording(folder_.file("\xff\n.wav"), "mix"));
  EXPECT_EQ(refused["error"]["stage"], "open");
  EXPECT_NE(refused["error"]["reason"], "");
  EXPECT_EQ(parsed(inspect_recording("a.wav", "left"))["error"]["stage"], "config");
}

TEST_F(Inspection, TellsWhatAModelIsOrWhyItIsRefused) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  WorkerSettings settings = testing::toy_settings(folder_.file("model.pt"));
  const auto found = parsed(inspect_model(settings));
  EXPECT_EQ(found["tensors"], 1);
  EXPECT_EQ(found["digest"].get<std::string>().size(), 64u);
  settings.models.front().floors.resize(1);
  EXPECT_THAT(parsed(inspect_model(settings))["error"]["reason"], HasSubstr("3 labels"));
}

}  // namespace
}  // namespace rookery
