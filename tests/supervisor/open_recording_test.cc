// How the work of several models on one recording goes together.
#include "supervisor/open_recording.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

// As where a model was added to what an earlier run had begun.
TEST(OpenRecording, LeadsWithTheModelThatIsFurthestBehindSoThatNoTaskHoldsAWholeBacklog) {
  const WorkShape one = shape();
  const WorkShape other = shape();
  AdmittedRecording admitted;
  admitted.recording = {0, "rec-1000", "rec-1000"};
  admitted.journal_ids = {{0, 1}, {1, 1}};
  const RecordingProperties properties{std::int64_t{1000} * kRate, kRate, 1, "made up",
                                       std::nullopt};
  OpenRecording recording(std::move(admitted), properties, {&one, &other});
  PassCheckpoint ahead = recording.pass({0, 0})->checkpoint();
  ahead.next_segment = 900;
  ASSERT_TRUE(recording.pass({0, 0})->resume(ahead));

  const auto task = recording.next_task({4});
  ASSERT_TRUE(task);
  ASSERT_EQ(task->parts.size(), 1U);
  EXPECT_EQ(task->parts[0].pass.model, 1);
  EXPECT_EQ(task->parts[0].batches.size(), 1U);
}

}  // namespace
}  // namespace rookery
