#include "supervisor/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "supervisor/recording_key.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTerminalInterval{200};
// Plain lines go to logs: they come ever more rarely, at last every ten minutes.
constexpr milliseconds kFirstPlainInterval{10'000};
constexpr milliseconds kLongestPlainInterval{600'000};

// Cut to the terminal's width, in code points: a wrapped line could not be rewritten.
std::string cut_to_width(const std::string& line, std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return line;
  std::size_t columns = 0;
  for (std::size_t index = 0; index < line.size(); ++index) {
    const bool starts_character = (static_cast<unsigned char>(line[index]) & 0xC0U) != 0x80U;
    if (starts_character && columns++ == size.ws_col) return line.substr(0, index);
  }
  return line;
}

}  // namespace

ProgressStyle progress_style(std::FILE* stream, bool quiet) {
  if (quiet) return ProgressStyle::kQuiet;
  return isatty(fileno(stream)) != 0 ? ProgressStyle::kTerminal : ProgressStyle::kPlain;
}

Progress::Progress(ProgressStyle style, std::FILE* stream, const Clock& clock, ProgressMeter meter)
    : style_(style),
      stream_(stream),
      clock_(clock),
      meter_(std::move(meter)),
      shown_(clock.now()),
      interval_(style == ProgressStyle::kTerminal ? kTerminalInterval : kFirstPlainInterval) {}

void Progress::recording_failed(const Recording& recording, const std::string& why) {
  trouble_ = true;
  say(fmt::format("failed: {}: {}", encode_key(recording.key), why));
}

void Progress::recording_has_gap(const Recording& recording, const std::string& why) {
  trouble_ = true;
  say(fmt::format("gap: {}: {}", encode_key(recording.key), why));
}

void Progress::worker_died(int slot, const std::string& how) {
  trouble_ = true;
  say(fmt::format("worker {} ended by {}; its work goes to others", slot, how));
}

void Progress::notice(const std::string& what) { say(what); }

void Progress::stopping(const std::string& why) {
  say(fmt::format("{}: finishing what is in hand", why));
}

void Progress::tick(const RunSnapshot& snapshot) {
  if (style_ == ProgressStyle::kQuiet) return;
  const TimePoint now = clock_.now();
  meter_.observe(snapshot, now);
  if (now - shown_ < interval_) return;
  shown_ = now;
  if (style_ == ProgressStyle::kPlain) interval_ = std::min(interval_ * 2, kLongestPlainInterval);
  show(meter_.line());
}

void Progress::finish(const RunSnapshot& snapshot, TimePoint started, const std::string& where) {
  meter_.observe(snapshot, clock_.now());
  if (trouble_ && style_ == ProgressStyle::kQuiet) style_ = ProgressStyle::kPlain;
  say(meter_.summary(started));
  say(where);
}

// A line of its own; on a terminal it takes the place of the progress line, which comes back below.
void Progress::say(const std::string& line) {
  if (style_ == ProgressStyle::kQuiet) return;
  if (line_stands_) std::fputs("\r\x1b[K", stream_);
  line_stands_ = false;
  fmt::print(stream_, "{}\n", line);
  std::fflush(stream_);
}

void Progress::show(const std::string& line) {
  if (style_ == ProgressStyle::kPlain) {
    say(line);
    return;
  }
  fmt::print(stream_, "\r{}\x1b[K", cut_to_width(line, stream_));
  line_stands_ = true;
  std::fflush(stream_);
}

}  // namespace rookery
