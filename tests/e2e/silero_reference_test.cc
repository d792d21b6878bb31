// Frame probabilities of the real model through our audio, plan and worker code, against the same
// windows computed in Python with the same module.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "shm/beacon.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/planner.h"
#include "supervisor/run_setup.h"
#include "tests/e2e/rookery_run.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"

namespace rookery::e2e {
namespace {

std::vector<float> reference_scores(const std::string& path) {
  const std::string bytes = read_bytes(path);
  std::vector<float> scores(bytes.size() / sizeof(float));
  std::memcpy(scores.data(), bytes.data(), scores.size() * sizeof(float));
  return scores;
}

// All scores of the recording in frame order: nothing is dropped as too low. Tasks have at most
// `task_segments` segments, and each is given the state that the one before returned.
std::vector<FrameScore> worker_scores(const std::string& model_directory,
                                      const Recording& recording, std::int64_t task_segments) {
  const LoadedCard loaded = read_model_card(model_directory).value();
  WorkerSettings settings = worker_settings(RunConfig(), loaded.card);
  ModelSettings& model = settings.models.front();
  if (model.carries_state) model.batch_size = 1;
  model.floors.assign(loaded.card.labels.size(), -std::numeric_limits<float>::infinity());
  const SegmentGeometry& geometry = model.geometry;
  HostedModel hosted;
  hosted.front_end = std::make_shared<const FrontEnd>(
      FrontEnd::create(model.front_end, geometry.sample_rate, geometry.input_samples()).value());
  hosted.model = load_model(model).value();
  Beacon beacon = Beacon::create(1).value();
  TaskRunner runner = TaskRunner::create(settings, {hosted}, StageMeter(beacon.writer(0))).value();

  Task task{1, recording, runner.probe({0, recording}).value().properties, {{}}};
  ModelWork& work = task.parts.front();
  RecordingPlan plan(geometry, task.properties, model.batch_size);
  std::vector<FrameScore> scores;
  while (!plan.exhausted()) {
    work.batches = plan.next_batches({task_segments});
    const TaskResult result = runner.run(task).value();
    for (const SegmentScores& segment : result.parts.at(0).segments) {
      scores.insert(scores.end(), segment.scores.begin(), segment.scores.end());
    }
    work.state = result.parts.at(0).state;
  }
  return scores;
}

void expect_scores(const std::string& model_directory, const std::string& reference) {
  ASSERT_TRUE(set_process_settings(1));
  ASSERT_TRUE(set_thread_settings(1));
  const auto expected = reference_scores(reference);
  const auto scores = worker_scores(
      model_directory, {0, "speech.wav", test_data("speech-16k/recordings/speech.wav")}, 3);
  ASSERT_EQ(scores.size(), expected.size());
  ASSERT_GT(scores.size(), 5000U);
  float highest = 0;
  for (std::size_t frame = 0; frame < scores.size(); ++frame) {
    ASSERT_EQ(scores[frame].frame, static_cast<std::int64_t>(frame)) << "the frames leave a seam";
    ASSERT_NEAR(scores[frame].score, expected[frame], 1e-5) << "frame " << frame;
    highest = std::max(highest, scores[frame].score);
  }
  EXPECT_GT(highest, 0.9F) << "the recording holds speech";
}

TEST(SileroReference, EveryFrameHasPythonsProbability) {
  expect_scores(silero_model(), test_data("silero-reference.f32"));
}

TEST(SileroReference, WithCarriedStateEveryFrameHasThePackagesOwnProbability) {
  expect_scores(test_data("silero-carry-model"), test_data("silero-package.f32"));
}

}  // namespace
}  // namespace rookery::e2e
