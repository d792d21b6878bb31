// A long recording whose run is killed, the whole tree at once, when half of it is done: the next
// run goes on from the last checkpoint. Killed at 90% of 24 hours it is in tests/faults: there is
// a wide window of time to hit on any machine only where much is left to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/pass_checkpoint.h"
#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::SizeIs;

constexpr double kSegmentSeconds = 0.1;  // of the DTMF model, window and hop
constexpr std::int64_t kSegments = 12'000;

class LongRecording : public ::testing::Test {
 protected:
  void SetUp() override { write_digits(recording(), kSegments * kSegmentSeconds); }

  std::string recording() const { return folder_ / "long.wav"; }
  std::string out() const { return folder_ / "out"; }

  Program program(const std::string& out, const Arguments& more = {}) const {
    Arguments words = {"--batch", "16", "--workers", "2", "--oversubscribe"};
    words.insert(words.end(), more.begin(), more.end());
    Program program = run_command(dtmf_model(), out, {recording()}, words);
    program.environment = {{Mark::kVariable, mark_.value}};
    return program;
  }

  // About 20 seconds, nearly all of it waiting.
  Program slow_program() const {
    return program(out(), {"--set", "task_seconds=0.001", "--set", "test_delay_ms=100"});
  }

  // The segments before the checkpoint that is on disk; 0 while there is none.
  std::int64_t segments_kept() const {
    const auto journal = SqliteJournal::open_for_reading(out() + "/journal.sqlite");
    if (!journal) return 0;
    std::int64_t segments = 0;
    const Status walked = (*journal)->for_each_entry([&segments](const JournalEntry& entry) {
      const auto bytes = entry.checkpoints.find(0);
      if (bytes == entry.checkpoints.end()) return Status(Done{});
      const auto checkpoint = decode_checkpoint(bytes->second);
      if (!checkpoint) return Status(checkpoint.error());
      segments = checkpoint->next_segment;
      return Status(Done{});
    });
    return walked ? segments : 0;
  }

  void kill_all() const {
    for (const pid_t process : processes_with(mark_)) ::kill(process, SIGKILL);
  }

  TemporaryFolder folder_;
  Mark mark_ = Mark::make();
};

TEST_F(LongRecording, IsTakenUpAtItsLastCheckpointAfterAllWasKilled) {
  RunningProgram first(slow_program());
  std::set<std::int64_t> checkpoints;
  ASSERT_TRUE(eventually([&] {
    checkpoints.insert(segments_kept());
    return *checkpoints.rbegin() > kSegments / 2;
  })) << first.err_so_far();
  kill_all();
  EXPECT_EQ(first.wait().signal, SIGKILL);
  ASSERT_TRUE(eventually([&] { return processes_with(mark_).empty(); }));
  EXPECT_GE(checkpoints.size(), 5U) << "a checkpoint now and then, not one at the end";

  const std::int64_t kept = segments_kept();
  const ProgramEnd second = run(program(out()));
  EXPECT_EQ(second.exit_code, 0) << second.err;
  const auto summary = nlohmann::json::parse(read_bytes(out() + "/summary.json"));
  const double gone_through = summary["run_audio_hours"].get<double>() * 3600;
  EXPECT_NEAR(gone_through, static_cast<double>(kSegments - kept) * kSegmentSeconds, 1e-3);

  ASSERT_EQ(run(program(folder_ / "reference")).exit_code, 0);
  EXPECT_TRUE(detections(out()) == detections(folder_ / "reference")) << "too long to print";
  EXPECT_THAT(json_lines(out() + "/detections.jsonl"), SizeIs(kSegments / 3));
}

}  // namespace
}  // namespace rookery::e2e
