// A trace written by hand, in milliseconds, whose answers a test knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "supervisor/trace/trace_analysis.h"
#include "supervisor/trace/trace_events.h"
#include "supervisor/trace/trace_recorder.h"
#include "tests/supervisor/trace/trace_text_sink.h"
#include "tests/temporary_folder.h"

namespace rookery {

class MadeUpTrace {
 public:
  explicit MadeUpTrace(int workers) {
    events_.metadata({kSupervisorProcess, 1}, kTraceName,
                     TraceArgs().number("format", kTraceVersion).text("engine", "threads"));
    for (int slot = 0; slot < workers; ++slot) {
      events_.metadata(WorkerTrack::track_of(slot), "thread_name",
                       TraceArgs().text("name", fmt::format("worker {}", slot)));
    }
  }

  MadeUpTrace(const MadeUpTrace&) = delete;
  MadeUpTrace& operator=(const MadeUpTrace&) = delete;

  MadeUpTrace& stage(int slot, std::string_view name, int begin, int end, int task = 1) {
    events_.slice(WorkerTrack::track_of(slot), kStageCategory, name, ns(begin), ns(end),
                  TraceArgs().number("task", task));
    return *this;
  }
  MadeUpTrace& task(int slot, std::string_view name, int begin, int end, int cpu) {
    events_.slice(WorkerTrack::track_of(slot), kTaskCategory, name, ns(begin), ns(end),
                  TraceArgs().number("cpu_us", std::int64_t{cpu} * 1000));
    return *this;
  }
  MadeUpTrace& helper(int slot, std::string_view name, int begin, int end, int cpu) {
    const Track track = WorkerTrack::helper_track_of(slot);
    events_.metadata(track, "thread_name",
                     TraceArgs().text("name", fmt::format("helper of worker {}", slot)));
    events_.slice(track, kTaskCategory, "task 1", ns(begin), ns(end),
                  TraceArgs().number("cpu_us", std::int64_t{cpu} * 1000));
    events_.slice(track, kStageCategory, name, ns(begin), ns(end), TraceArgs().number("task", 1));
    return *this;
  }
  MadeUpTrace& died(int slot, int at) {
    events_.instant(WorkerTrack::track_of(slot), kTaskCategory, "died", ns(at));
    return *this;
  }
  MadeUpTrace& loop(std::string_view name, int begin, int end) {
    events_.slice({kSupervisorProcess, 1}, kLoopCategory, name, ns(begin), ns(end));
    return *this;
  }

  // Without the closing bracket.
  const std::string& text() const { return text_; }

  Result<TraceReport> report() const {
    const TemporaryFolder folder;
    return analyse_trace(folder.write("trace.json", text_ + "\n]\n"));
  }

 private:
  static std::int64_t ns(int ms) { return std::int64_t{ms} * 1'000'000; }

  std::string text_;
  TraceTextSink sink_{text_};
  TraceEvents events_{sink_, 0};
};

inline constexpr std::int64_t kMs = 1'000'000;

}  // namespace rookery
