#include "supervisor/progress.h"

#include <fmt/format.h>

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

}  // namespace

Progress::Progress(ProgressStyle style, std::FILE* stream, const Clock& clock, ProgressMeter meter)
    : line_(style, stream),
      clock_(clock),
      meter_(std::move(meter)),
      shown_(clock.now()),
      interval_(style == ProgressStyle::kTerminal ? kTerminalInterval : kFirstPlainInterval) {}

void Progress::recording_failed(const Recording& recording, const std::string& why) {
  trouble_ = true;
  line_.say(fmt::format("failed: {}: {}", encode_key(recording.key), why));
}

void Progress::recording_has_gap(const Recording& recording, const std::string& why) {
  trouble_ = true;
  line_.say(fmt::format("gap: {}: {}", encode_key(recording.key), why));
}

void Progress::worker_died(int slot, const std::string& how) {
  trouble_ = true;
  line_.say(fmt::format("worker {} ended by {}; its work goes to others", slot, how));
}

void Progress::notice(const std::string& what) { line_.say(what); }

void Progress::stopping(const std::string& why) {
  line_.say(fmt::format("{}: finishing what is in hand", why));
}

void Progress::tick(const RunSnapshot& snapshot) {
  if (line_.style() == ProgressStyle::kQuiet) return;
  const TimePoint now = clock_.now();
  meter_.observe(snapshot, now);
  if (now - shown_ < interval_) return;
  shown_ = now;
  if (line_.style() == ProgressStyle::kPlain)
    interval_ = std::min(interval_ * 2, kLongestPlainInterval);
  line_.show(meter_.line());
}

void Progress::finish(const RunSnapshot& snapshot, TimePoint started, const std::string& where) {
  meter_.observe(snapshot, clock_.now());
  if (trouble_ && line_.style() == ProgressStyle::kQuiet) line_.set_style(ProgressStyle::kPlain);
  line_.say(meter_.summary(started));
  line_.say(where);
}

}  // namespace rookery
