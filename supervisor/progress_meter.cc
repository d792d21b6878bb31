#include "supervisor/progress_meter.h"

#include <fmt/format.h>

#include <cmath>

namespace rookery {
namespace {

constexpr std::chrono::seconds kWindow{60};
constexpr std::chrono::milliseconds kSampleInterval{500};

}  // namespace

ProgressMeter::ProgressMeter(std::optional<InputTotals> totals, TimePoint start)
    : totals_(totals), window_{{start, {}}, {start, {}}} {}

// The newest sample is kept up to date; it becomes a fixed one when the one before is old enough.
void ProgressMeter::observe(const RunSnapshot& snapshot, TimePoint now) {
  const TimePoint last_fixed = window_[window_.size() - 2].time;
  if (window_.back().time - last_fixed >= kSampleInterval) window_.push_back({now, snapshot});
  window_.back() = {now, snapshot};
  while (window_.size() > 2 && now - window_[1].time >= kWindow) window_.pop_front();
}

double ProgressMeter::seconds_in_window() const {
  return std::chrono::duration<double>(window_.back().time - window_.front().time).count();
}

double ProgressMeter::times_real_time() const {
  const double wall = seconds_in_window();
  const std::int64_t audio_us =
      window_.back().snapshot.audio_us - window_.front().snapshot.audio_us;
  return wall > 0 ? static_cast<double>(audio_us) / 1e6 / wall : 0;
}

std::optional<std::chrono::seconds> ProgressMeter::time_left() const {
  if (!totals_) return std::nullopt;
  const auto bytes =
      static_cast<double>(window_.back().snapshot.file_bytes - window_.front().snapshot.file_bytes);
  const auto left = static_cast<double>(totals_->bytes - window_.back().snapshot.file_bytes);
  if (bytes <= 0) return std::nullopt;
  const double seconds = left <= 0 ? 0 : left * seconds_in_window() / bytes;
  return std::chrono::seconds(std::llround(seconds));
}

std::string ProgressMeter::line() const {
  const RunSnapshot& now = window_.back().snapshot;
  const std::int64_t through = now.done + now.failed + now.skipped;
  std::string text = totals_ ? fmt::format("{} of {} recordings", through, totals_->recordings)
                             : fmt::format("{} recordings", through);
  if (now.skipped > 0) text += fmt::format(" ({} done before)", now.skipped);
  text += fmt::format(" · {:.2f} h of audio · {:.0f} × real time",
                      static_cast<double>(now.audio_us) / 3.6e9, times_real_time());
  if (const auto left = time_left()) text += fmt::format(" · {} left", format_duration(*left));
  if (now.failed > 0) text += fmt::format(" · {} failed", now.failed);
  return text + fmt::format(" · {} worker{}", now.workers_ready, now.workers_ready == 1 ? "" : "s");
}

std::string ProgressMeter::summary(TimePoint started) const {
  const RunSnapshot& end = window_.back().snapshot;
  const double wall = std::chrono::duration<double>(window_.back().time - started).count();
  const double audio = static_cast<double>(end.audio_us) / 1e6;
  std::string text = fmt::format("{} recording{} done", end.done, end.done == 1 ? "" : "s");
  if (end.skipped > 0) text += fmt::format(", {} done before", end.skipped);
  if (end.failed > 0) text += fmt::format(", {} failed", end.failed);
  text += fmt::format(" · {:.2f} h of audio in {:.1f} s", audio / 3600, wall);
  if (audio > 0 && wall > 0) text += fmt::format(" · {:.0f} × real time", audio / wall);
  return text;
}

std::string format_duration(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  const std::string clock =
      fmt::format("{}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  return seconds < 86400 ? clock : fmt::format("{} d {}", seconds / 86400, clock);
}

}  // namespace rookery
