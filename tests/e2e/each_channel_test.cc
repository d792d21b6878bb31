// --channel each: every channel by itself, in one run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

// Two callers who dial other digits, and a recording of one channel.
class EachChannel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    const auto left = dialled_digits(45, 8000, 1);
    const auto right = dialled_digits(45, 8000, 2);
    std::vector<float> both;
    for (std::size_t i = 0; i < left.size(); ++i) both.insert(both.end(), {left[i], right[i]});
    write_bytes(folder_ / "in/call.wav", to_bytes({.channels = 2, .data = pcm16(both)}));
    write_digits(folder_ / "in/mono.wav", 10);
  }

  std::vector<nlohmann::json> rows(const std::string& model, const std::string& input,
                                   const Arguments& more) const {
    const TemporaryFolder out;
    // So low that a model of speech gives rows for digits, too.
    Arguments arguments = {"--oversubscribe",
                           "--set",
                           "postprocess.threshold=0.01",
                           "--set",
                           "postprocess.threshold_off=same",
                           "--set",
                           "postprocess.min_duration_seconds=0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramEnd end = run(run_command(model, out / "out", {folder_ / input}, arguments));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return json_lines(out / "out/detections.jsonl");
  }

  TemporaryFolder folder_;
};

TEST_F(EachChannel, GivesTheRowsThatTheChannelGivesAlone) {
  for (const std::string& model :
       {dtmf_model(), test_data("dtmf-ctc-model"), test_data("silero-carry-model")}) {
    std::map<int, std::vector<nlohmann::json>> by_channel;
    for (nlohmann::json row : rows(model, "in/call.wav", {"--channel", "each"})) {
      const int channel = row.at("channel");
      row.erase("channel");
      by_channel[channel].push_back(std::move(row));
    }
    for (const char* channel : {"1", "2"}) {
      EXPECT_EQ(by_channel[std::stoi(channel)], rows(model, "in/call.wav", {"--channel", channel}))
          << model << " channel " << channel;
    }
    EXPECT_GT(by_channel[2].size(), 10U) << model;
    EXPECT_NE(by_channel[1], by_channel[2]) << model;
  }
}

TEST_F(EachChannel, ComesTogetherByTimeWhateverTheWorkers) {
  const auto both = rows(dtmf_model(), "in",
                         {"--channel", "each", "--workers", "3", "--set", "task_seconds=0.001",
                          "--set", "test_delay_ms=10"});
  EXPECT_EQ(both, rows(dtmf_model(), "in", {"--channel", "each", "--workers", "1"}));
  double last = 0;
  for (const auto& row : both) {
    if (!row["recording"].get<std::string>().ends_with("call.wav")) break;
    EXPECT_GE(row["start"].get<double>(), last);
    last = row["start"].get<double>();
  }
  EXPECT_EQ(both.back()["channel"], 1) << "of the recording of one channel";
}

TEST_F(EachChannel, IsRefusedWhereItCannotBeTold) {
  const auto refusal = [&](const std::string& model, const Arguments& more) {
    Arguments arguments = {"--channel", "each"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramEnd end = run(run_command(model, folder_ / "out", {folder_ / "in"}, arguments));
    EXPECT_EQ(end.exit_code, 2);
    return end.err;
  };
  EXPECT_THAT(refusal(dtmf_model(), {"--format", "srt"}),
              HasSubstr("\"srt\" cannot tell the channel of a row"));
  EXPECT_THAT(refusal(test_data("dtmf-embedding-model"), {}),
              HasSubstr("vectors are kept of a recording as a whole"));
}

}  // namespace
}  // namespace rookery::e2e
