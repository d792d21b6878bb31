// A run that takes long enough to be disturbed, and what it should have given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {

class LongJob {
 public:
  // `settings` are added to the command line of every run but the reference's.
  explicit LongJob(Arguments settings) : settings_(std::move(settings)) {
    for (const char* name : {"in", "tmp", "runtime"}) {
      std::filesystem::create_directory(folder_.path() / name);
    }
    // The first recording is done soon, the others are not.
    write_digits(folder_ / "in/0.wav", 2, 1);
    for (std::uint32_t i = 1; i < 5; ++i) {
      write_digits(folder_ / ("in/" + std::to_string(i) + ".wav"), 20, 10 + i);
    }
  }

  std::string out() const { return folder_ / "out"; }
  std::string in() const { return folder_ / "in"; }
  std::string file(const std::string& name) const { return folder_ / name; }
  const Mark& mark() const { return mark_; }

  // Whose tasks end after up to `delay_ms`; its temporary files can go nowhere but to tmp, runtime.
  Program program(int delay_ms, const Arguments& more = {}) const {
    Arguments words = settings_;
    words.insert(words.end(), {"--workers", "2", "--oversubscribe", "--set", "task_seconds=0.001",
                               "--set", "test_delay_ms=" + std::to_string(delay_ms)});
    words.insert(words.end(), more.begin(), more.end());
    Program program = run_command(dtmf_model(), out(), {in()}, words);
    program.environment = {{Mark::kVariable, mark_.value},
                           {"TMPDIR", folder_ / "tmp"},
                           {"XDG_RUNTIME_DIR", folder_ / "runtime"}};
    return program;
  }

  // Whether a run has put at least one recording into the journal, and not all.
  bool is_under_way() const {
    const ProgramEnd status = run(rookery({"status", out()}));
    return count_after(status.out, "done ") > 0 && count_after(status.out, "pending ") > 0;
  }

  // The bytes of a run that nothing happens to.
  std::string undisturbed() const {
    const ProgramEnd end = run(run_command(dtmf_model(), folder_ / "reference", {in()}));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return detections(folder_ / "reference");
  }

 private:
  static int count_after(const std::string& text, const std::string& word) {
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with(word)) return std::stoi(line.substr(word.size()));
    }
    return 0;
  }

  TemporaryFolder folder_;
  Mark mark_ = Mark::make();
  Arguments settings_;
};

}  // namespace rookery::e2e
