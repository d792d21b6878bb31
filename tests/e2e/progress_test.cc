// Progress: one line rewritten on a terminal, whole lines elsewhere, nothing with --quiet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class ProgressTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    for (const char* name : {"in/a.wav", "in/b.wav", "in/c.wav"}) write_digits(folder_ / name, 4);
  }
  Program program(const Arguments& more = {}) const {
    return run_command(dtmf_model(), folder_ / "out", {folder_ / "in"}, more);
  }

  TemporaryFolder folder_;
};

TEST_F(ProgressTest, IsPlainLinesWhenPiped) {
  const ProgramEnd end = run(program());
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.out, "");
  EXPECT_THAT(end.err, Not(HasSubstr("\r")));
  EXPECT_THAT(end.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(end.err, ContainsRegex("3 recordings done · 0.00 h of audio in .* × real time\n"));
  EXPECT_THAT(end.err, EndsWith("results: " + (folder_ / "out") + "\n"));
}

TEST_F(ProgressTest, IsNothingWithQuiet) {
  const ProgramEnd end = run(program({"--quiet"}));
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.out + end.err, "");
}

TEST_F(ProgressTest, NamesFailuresAsTheyHappen) {
  write_bytes(folder_ / "in/bad.wav", "no audio");
  const ProgramEnd end = run(program());
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.err, HasSubstr("failed: in/bad.wav: probe: not audio"));
  EXPECT_THAT(lines_of(end.err).back(),
              AllOf(HasSubstr("1 recording failed"), HasSubstr(folder_ / "out/errors.jsonl")));
}

// A terminal of 60 columns, of which we are the other end.
class Terminal {
 public:
  Terminal() {
    const winsize size{24, 60, 0, 0};
    int ours = -1;
    int theirs = -1;
    if (::openpty(&ours, &theirs, nullptr, nullptr, &size) != 0) {
      throw std::runtime_error("no pseudo-terminal can be had");
    }
    ours_.reset(ours);
    theirs_.reset(theirs);
  }
  int program_side() const { return theirs_.get(); }
  // What has been written so far and not yet been taken.
  std::string take() {
    std::string text;
    std::array<char, 4096> buffer{};
    pollfd waiting{ours_.get(), POLLIN, 0};
    while (::poll(&waiting, 1, 0) > 0) {
      const ssize_t count = ::read(ours_.get(), buffer.data(), buffer.size());
      if (count <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  UniqueFd ours_;
  UniqueFd theirs_;
};

// Columns of the widest line, a character counting one.
std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  std::size_t columns = 0;
  for (const char byte : text) {
    if (byte == '\r' || byte == '\n')
      columns = 0;
    else if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U)
      ++columns;
    most = std::max(most, columns);
  }
  return most;
}

TEST_F(ProgressTest, RewritesOneLineOnATerminal) {
  Terminal terminal;
  Program on_terminal = program({"--set", "test_delay_ms=200", "--set", "task_seconds=0.001"});
  on_terminal.error_fd = terminal.program_side();
  RunningProgram running(on_terminal);
  std::string shown;
  while (!running.ended_within(std::chrono::milliseconds(50))) shown += terminal.take();
  EXPECT_EQ(running.wait().exit_code, 0);
  shown += terminal.take();
  const auto lines = lines_of(shown);
  ASSERT_EQ(lines.size(), 2U) << "progress, at last its total, then where results are: " << shown;
  EXPECT_THAT(lines[0],
              ContainsRegex("\r.* of 3 recordings.*\r.* of 3 recordings.*3 recordings done"));
  constexpr std::size_t erase_to_end_of_line = 3;  // "ESC [ K" takes no column
  // The total stays and may be wider. A terminal ends it with a carriage return of its own.
  const std::string rewritten = lines[0].substr(0, lines[0].rfind('\r', lines[0].size() - 2));
  EXPECT_LE(widest(rewritten), 60U + erase_to_end_of_line) << "a wrapped line cannot be rewritten";
}

}  // namespace
}  // namespace rookery::e2e
