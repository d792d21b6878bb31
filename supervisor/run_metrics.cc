#include "supervisor/run_metrics.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>

#include "supervisor/recording_key.h"

namespace rookery {
namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char character : value) {
    if (character == '\\' || character == '"') text += '\\';
    text += character == '\n' ? std::string("\\n") : std::string(1, character);
  }
  return text;
}

class Gauges {
 public:
  explicit Gauges(const std::string& output)
      : output_(fmt::format("output=\"{}\"", escaped(encode_key(output)))) {}

  void add(const char* name, const char* help, double value) {
    head(name, help);
    text_ += fmt::format("{}{{{}}} {}\n", name, output_, value);
  }
  void add(const char* name, const char* help, const char* label,
           std::initializer_list<std::pair<const char*, double>> samples) {
    head(name, help);
    for (const auto& [value_of_label, value] : samples) {
      text_ += fmt::format("{}{{{},{}=\"{}\"}} {}\n", name, output_, label, value_of_label, value);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void head(const char* name, const char* help) {
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
  }

  std::string output_;
  std::string text_;
};

double number(std::int64_t value) { return static_cast<double>(value); }

}  // namespace

std::string to_prometheus(const RunMetrics& metrics) {
  const RunSnapshot& totals = metrics.totals;
  Gauges gauges(metrics.output);
  gauges.add("rookery_run_start_time_seconds", "When the last run began.",
             number(metrics.started_seconds));
  gauges.add("rookery_run_update_time_seconds", "When this file was written.",
             number(metrics.updated_seconds));
  gauges.add("rookery_run_running", "Whether it goes on (1) or has ended (0).",
             metrics.exit_code ? 0 : 1);
  if (metrics.exit_code) {
    gauges.add("rookery_run_exit_code", "Its exit code; 0 and 75 are well.", *metrics.exit_code);
  }
  gauges.add("rookery_run_recordings", "Recordings that it is through with, by outcome.", "outcome",
             {{"done", number(totals.done)},
              {"failed", number(totals.failed)},
              {"skipped", number(totals.skipped)}});
  gauges.add("rookery_run_recordings_with_faults",
             "Of these the failed ones and those with gaps, of earlier runs, too.",
             number(totals.with_faults));
  gauges.add("rookery_run_audio_seconds", "Audio that it went through.",
             number(totals.audio_us) / 1e6);
  gauges.add("rookery_run_workers_ready", "Workers that take work.", totals.workers_ready);
  gauges.add("rookery_run_worker_deaths", "Workers that ended before they were told to.",
             number(metrics.worker_deaths));
  return gauges.take();
}

}  // namespace rookery
