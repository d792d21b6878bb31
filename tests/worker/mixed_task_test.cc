// What tasks that share batches give: what each gives alone, and a fault stays with its owner.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <torch/csrc/jit/api/module.h>

#include <cmath>
#include <memory>

#include "shm/beacon.h"
#include "tests/worker/test_recordings.h"
#include "tests/worker/toy_models.h"
#include "worker/front_end.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"
#include "worker/torchscript_model.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using testing::kToySamples;

class MixedTasks : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }

  // A worker of one model with batches of 4, run in a row with itself as several.
  TaskRunner runner(const torch::jit::Module& module, std::size_t models = 1,
                    bool ensemble = false) {
    module.save(folder_.file("model.pt"));
    WorkerSettings settings = testing::toy_settings(folder_.file("model.pt"));
    settings.models.resize(models, settings.models.front());
    settings.ensemble = ensemble;
    HostedModel hosted;
    hosted.front_end =
        std::make_shared<const FrontEnd>(FrontEnd::create({}, 8000, kToySamples).value());
    hosted.model = std::make_shared<const TorchScriptModel>(
        TorchScriptModel::load(folder_.file("model.pt")).value());
    return TaskRunner::create(settings, {models, hosted}, StageMeter(beacon_.writer(0))).value();
  }

  // A recording of so many windows, louder with each recording, and a task of all as one rest. One
  // more part for each pass.
  Task task_of(std::int64_t position, std::int64_t windows,
               const std::vector<PassKey>& passes = {{}}) const {
    const std::string path = folder_.file(std::to_string(position) + ".wav");
    std::vector<float> signal = testing::test_signal(windows * kToySamples, 1);
    for (float& sample : signal) sample *= 0.1F * static_cast<float>(position + 1);
    testing::write_recording(path, {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 8000}, signal);
    Batch batch;
    for (std::int64_t i = 0; i < windows; ++i) {
      const std::int64_t begin = i * kToySamples;
      const std::int64_t end = begin + kToySamples;
      batch.segments.push_back({i, begin, end, begin, begin, end});
    }
    Task task{position + 10,
              {position, path, path},
              {windows * kToySamples, 8000, 1, "WAV", std::nullopt},
              {}};
    for (const PassKey& pass : passes) task.parts.push_back({pass, {batch}});
    return task;
  }

  static void expect_same_segments(const std::vector<SegmentScores>& segments,
                                   const std::vector<SegmentScores>& expected) {
    ASSERT_EQ(segments.size(), expected.size());
    for (std::size_t i = 0; i < segments.size(); ++i) {
      EXPECT_EQ(segments[i].segment_index, expected[i].segment_index);
      ASSERT_EQ(segments[i].scores.size(), expected[i].scores.size());
      for (std::size_t k = 0; k < segments[i].scores.size(); ++k) {
        EXPECT_EQ(segments[i].scores[k].label, expected[i].scores[k].label);
        EXPECT_NEAR(segments[i].scores[k].score, expected[i].scores[k].score, 1e-5);
      }
    }
  }

  static void expect_same_scores(const TaskResult& mixed, const TaskResult& alone) {
    EXPECT_EQ(mixed.id, alone.id);
    ASSERT_EQ(mixed.parts.size(), alone.parts.size());
    for (std::size_t part = 0; part < alone.parts.size(); ++part) {
      EXPECT_EQ(mixed.parts[part].pass, alone.parts[part].pass);
      EXPECT_FALSE(mixed.parts[part].failure);
      expect_same_segments(mixed.parts[part].segments, alone.parts[part].segments);
    }
  }

  static void expect_each_as_alone(TaskRunner& runner, const MixedTask& mixed) {
    const auto results = runner.run(mixed);
    ASSERT_EQ(results.size(), mixed.tasks.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      expect_same_scores(results[i].value(), runner.run(mixed.tasks[i]).value());
    }
  }

  // Throws for a batch with a row as loud as recording 4.
  static torch::jit::Module touchy() {
    return testing::make_module({{"weights", testing::toy_weights()}}, {},
                                "def forward(self, x):\n"
                                "  assert bool(x.abs().max() <= 0.17), 'too loud'\n"
                                "  return torch.matmul(x, self.weights)\n");
  }

  testing::TemporaryFolder folder_;
  Beacon beacon_ = Beacon::create(1).value();
};

TEST_F(MixedTasks, GiveEachRecordingWhatItGivesAlone) {
  TaskRunner worker = runner(testing::toy_tagger());
  expect_each_as_alone(worker, {{task_of(0, 3), task_of(1, 3), task_of(2, 1), task_of(3, 4),
                                 task_of(4, 2), task_of(5, 3)}});
}

TEST_F(MixedTasks, OfSeveralModelsGiveEachWhatItGivesAlone) {
  TaskRunner worker = runner(testing::toy_tagger(), 2);
  expect_each_as_alone(worker,
                       {{task_of(0, 3, {{0, 0}, {1, 0}}), task_of(1, 2, {{1, 0}}), task_of(2, 3)}});
}

TEST_F(MixedTasks, OfAnEnsembleAndOfEachChannelGiveWhatTheyGiveAlone) {
  TaskRunner worker = runner(testing::toy_tagger(), 2, true);
  expect_each_as_alone(worker, {{task_of(0, 3, {{0, 1}}), task_of(1, 2, {{0, 0}, {0, 1}})}});
}

TEST_F(MixedTasks, RunAsManyBatchesAsTheirRowsFill) {
  // Each row's score is the number of rows that shared its batch.
  TaskRunner worker = runner(testing::make_module(
      {}, {}, "def forward(self, x):\n  return torch.zeros([x.size(0), 3]) + x.size(0)\n"));
  const auto results = worker.run(MixedTask{{task_of(0, 3), task_of(1, 2), task_of(2, 1)}});
  std::vector<double> rows;
  for (const auto& result : results) {
    for (const SegmentScores& segment : result.value().parts[0].segments) {
      const double score = segment.scores.at(0).score;
      rows.push_back(std::log(score / (1 - score)));
    }
  }
  using ::testing::DoubleNear;
  EXPECT_THAT(
      rows, ::testing::ElementsAre(DoubleNear(4, 1e-3), DoubleNear(4, 1e-3), DoubleNear(4, 1e-3),
                                   DoubleNear(4, 1e-3), DoubleNear(2, 1e-3), DoubleNear(2, 1e-3)));
}

TEST_F(MixedTasks, ARecordingThatCannotBeReadFailsAlone) {
  TaskRunner worker = runner(testing::toy_tagger());
  MixedTask mixed{{task_of(0, 1), task_of(1, 2), task_of(2, 1)}};
  testing::write_bytes(mixed.tasks[1].recording.path, "gone");
  const auto results = worker.run(mixed);
  ASSERT_EQ(results.size(), 3U);
  ASSERT_FALSE(results[1].ok());
  EXPECT_THAT(results[1].error().reason, HasSubstr("not audio"));
  for (const std::size_t well : {0U, 2U}) {
    expect_same_scores(results[well].value(), worker.run(mixed.tasks[well]).value());
  }
}

TEST_F(MixedTasks, AModelThatThrowsForOneRecordingFailsInItAlone) {
  TaskRunner worker = runner(touchy());
  const MixedTask mixed{{task_of(0, 1), task_of(4, 2), task_of(1, 1), task_of(2, 2)}};
  const auto results = worker.run(mixed);
  const ModelScores& failed = results.at(1).value().parts.at(0);
  ASSERT_TRUE(failed.failure);
  EXPECT_TRUE(failed.segments.empty());
  EXPECT_THAT(failed.failure->reason, HasSubstr("segments 0 to 1"));
  EXPECT_THAT(failed.failure->reason, HasSubstr("too loud"));
  for (const std::size_t well : {0U, 2U, 3U}) {
    expect_same_scores(results[well].value(), worker.run(mixed.tasks[well]).value());
  }
}

TEST_F(MixedTasks, ANumberThatIsNoneFailsInItsRecordingAlone) {
  TaskRunner worker = runner(testing::make_module(
      {{"weights", testing::toy_weights()}}, {},
      "def forward(self, x):\n"
      "  loud = x.abs().amax(1, keepdim=True) > 0.17\n"
      "  return torch.matmul(x, self.weights).masked_fill(loud, float('nan'))\n"));
  const MixedTask mixed{{task_of(0, 1), task_of(4, 1), task_of(1, 2)}};
  const auto results = worker.run(mixed);
  ASSERT_TRUE(results.at(1).value().parts.at(0).failure);
  EXPECT_THAT(results[1].value().parts[0].failure->reason, HasSubstr("NaN"));
  for (const std::size_t well : {0U, 2U}) {
    expect_same_scores(results[well].value(), worker.run(mixed.tasks[well]).value());
  }
}

TEST_F(MixedTasks, TellTheirTimesOnce) {
  TaskRunner worker = runner(testing::toy_tagger());
  MixedTask mixed{{task_of(0, 2), task_of(1, 2), task_of(2, 2)}};
  testing::write_bytes(mixed.tasks[0].recording.path, "gone");
  const auto results = worker.run(mixed);
  EXPECT_NE(results.at(1).value().times, StageTimes{});
  EXPECT_EQ(results.at(2).value().times, StageTimes{});
  for (const std::size_t told : {1U, 2U}) EXPECT_EQ(results[told].value().wall_us, 0);
}

}  // namespace
}  // namespace rookery
