// A worker with decode_ahead gives what one without gives, and reads where it may in its helper.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <torch/csrc/jit/api/module.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "shm/beacon.h"
#include "tests/worker/test_recordings.h"
#include "tests/worker/toy_models.h"
#include "worker/front_end.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"
#include "worker/torchscript_model.h"

namespace rookery {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::kToySamples;

// Three of the blocks in which a source decodes.
constexpr std::int64_t kWindows = 240;

class TasksReadAhead : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }

  static FrontEnd waveform(std::int64_t samples) {
    return FrontEnd::create({}, 8000, samples).value();
  }

  static FrontEnd log_mel() {
    FrontEndParameters mel{FrontEndType::kLogMel, {}};
    mel.log_mel.n_fft = mel.log_mel.win = 200;
    mel.log_mel.hop = 100;
    mel.log_mel.n_mels = 8;
    return FrontEnd::create(mel, 8000, kToySamples).value();
  }

  // Two models; none of the calling thread's time is counted, so that what is, is the helper's.
  TaskRunner runner(bool decode_ahead, FrontEnd front_end = waveform(kToySamples)) {
    WorkerSettings settings = testing::toy_settings(folder_.file("model.pt"));
    settings.models.resize(2, settings.models.front());
    settings.decode_ahead = decode_ahead;
    settings.trace = true;
    HostedModel hosted;
    hosted.front_end = std::make_shared<const FrontEnd>(std::move(front_end));
    hosted.model = std::make_shared<const TorchScriptModel>(
        TorchScriptModel::load(folder_.file("model.pt")).value());
    return TaskRunner::create(settings, {hosted, hosted},
                              StageMeter(beacon_.writer(0), [] { return 0; }))
        .value();
  }

  // Of a recording that holds so many windows and is taken for one of kWindows: batches of `rows`
  // for the first model, of two for the second.
  Task task(std::int64_t rows, std::int64_t windows = kWindows) const {
    const std::string path = folder_.file(std::to_string(windows) + ".wav");
    testing::write_recording(path, {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 8000},
                             testing::test_signal(windows * kToySamples, 1));
    Task task{7, {0, path, path}, {kWindows * kToySamples, 8000, 1, "WAV", std::nullopt}, {}};
    task.parts.push_back({{0, 0}, batches(rows)});
    task.parts.push_back({{1, 0}, batches(2)});
    return task;
  }

  static std::vector<Batch> batches(std::int64_t rows) {
    std::vector<Batch> batches;
    for (std::int64_t i = 0; i < kWindows; ++i) {
      if (i % rows == 0) batches.emplace_back();
      const std::int64_t begin = i * kToySamples;
      const std::int64_t end = begin + kToySamples;
      batches.back().segments.push_back({i, begin, end, begin, begin, end});
    }
    return batches;
  }

  testing::TemporaryFolder folder_;
  Beacon beacon_ = Beacon::create(1).value();
};

TEST_F(TasksReadAhead, GiveTheSameScoresAndTheHelpersTimeIsCounted) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  TaskRunner plain = runner(false);
  TaskRunner ahead = runner(true);
  const Task asked = task(4);
  const TaskResult expected = plain.run(asked).value();
  ASSERT_EQ(expected.parts[0].segments.size(), static_cast<std::size_t>(kWindows));
  EXPECT_EQ(expected.times, StageTimes{});
  for (int repeat = 0; repeat < 3; ++repeat) {
    const TaskResult found = ahead.run(asked).value();
    EXPECT_EQ(found.parts, expected.parts);
    EXPECT_EQ(found.times.forward_us, 0);
    EXPECT_GT(found.times.decode_us, 0);
    EXPECT_EQ(found.helper.cpu_us, found.times.sum_us());
  }
}

TEST_F(TasksReadAhead, TellWhenTheHelperWasAtWhatAndNothingOfAFailedTask) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  TaskRunner ahead = runner(true);
  ASSERT_FALSE(ahead.run(task(4, kWindows / 2)).ok());
  const std::int64_t begin_ns = monotonic_ns();
  const TaskResult found = ahead.run(task(4)).value();
  const std::int64_t end_ns = monotonic_ns();
  const auto idle = static_cast<std::int32_t>(BeaconStage::kIdle);
  const auto decode = static_cast<std::int32_t>(BeaconStage::kDecode);
  EXPECT_THAT(found.helper.spans, Contains(Field(&StageSpan::stage, decode)));
  for (const StageSpan& span : found.helper.spans) {
    EXPECT_TRUE(span.stage == idle || span.begin_ns >= begin_ns);
    EXPECT_LE(span.end_ns, end_ns);
  }
  EXPECT_EQ(runner(false).run(task(4)).value().helper, HelperWork{});
}

TEST_F(TasksReadAhead, HaveTheFrontEndOfFullBatchesDoneByTheHelper) {
  testing::make_module({}, {}, "def forward(self, x):\n  return x.flatten(1)[:, 4:7]\n")
      .save(folder_.file("model.pt"));
  Task full = task(4);
  full.parts.pop_back();
  Task half_full = task(2);
  half_full.parts.pop_back();
  const TaskResult found = runner(true, log_mel()).run(full).value();
  EXPECT_GT(found.times.front_end_us, 0);
  EXPECT_EQ(found.parts, runner(false, log_mel()).run(full).value().parts);
  EXPECT_FALSE(found.parts[0].failure);
  EXPECT_EQ(runner(true, log_mel()).run(half_full).value().times.front_end_us, 0);
}

TEST_F(TasksReadAhead, TellOfAFrontEndThatFailsAsWithoutAHelper) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  const TaskResult found = runner(true, waveform(kToySamples / 2)).run(task(4)).value();
  EXPECT_EQ(found.parts, runner(false, waveform(kToySamples / 2)).run(task(4)).value().parts);
  EXPECT_TRUE(found.parts[0].failure);
}

TEST_F(TasksReadAhead, AreOnlyThoseThatCanBeTakenApart) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  Task one_batch = task(kWindows);
  one_batch.parts.pop_back();
  Task single_rows = task(1);
  single_rows.parts.pop_back();
  Task leaves_out = task(4);
  leaves_out.parts[1].left_out = {3};
  for (const Task& asked : {one_batch, single_rows, leaves_out}) {
    EXPECT_EQ(runner(true).run(asked).value().times, StageTimes{});
  }
}

TEST_F(TasksReadAhead, EndWithTheErrorOfARecordingThatCannotBeRead) {
  testing::toy_tagger().save(folder_.file("model.pt"));
  const Task cut_short = task(4, kWindows / 2);
  TaskRunner ahead = runner(true);
  const auto found = ahead.run(cut_short);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error(), runner(false).run(cut_short).error());
  EXPECT_TRUE(ahead.run(task(4)).ok()) << "and the worker goes on";
}

// What was read in vain, and cannot be read, is nobody's fault.
TEST_F(TasksReadAhead, WhoseModelsFailTellThatThoughTheNextBatchIsUnreadable) {
  testing::make_module({}, {},
                       "def forward(self, x):\n"
                       "  assert x.size(0) == 0, 'never pleased'\n"
                       "  return x\n")
      .save(folder_.file("model.pt"));
  const Task cut_short = task(4, 100);
  const TaskResult found = runner(true).run(cut_short).value();
  EXPECT_EQ(found.parts, runner(false).run(cut_short).value().parts);
  ASSERT_TRUE(found.parts[0].failure);
  EXPECT_THAT(found.parts[0].failure->reason, HasSubstr("never pleased"));
}

}  // namespace
}  // namespace rookery
