// Events of the Trace Event Format in its JSON array form, which Perfetto and chrome://tracing
// load. One event a line. The format lets the closing bracket be missing, so the file of a run that
// was killed can be read, too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rookery/result.h"
#include "supervisor/trace/trace_args.h"

namespace rookery {

// Where the text goes.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void write(std::string_view text) = 0;
  // Keeps nothing back.
  virtual void flush() {}
  // Nothing more will come; whether all was kept.
  virtual Status end() { return Done{}; }
};

// One row of a viewer: a thread of a process. Slices on a track nest or follow one another.
struct Track {
  int process = 0;
  int thread = 0;
};

// Times are nanoseconds of CLOCK_MONOTONIC; the file has whole microseconds from `origin_ns` on:
// with decimals a reader may round the ends of two slices to either side of each other, and
// Perfetto drops one of two that overlap. Names and categories are ours and need no escapes.
class TraceEvents {
 public:
  // The sink outlives it.
  TraceEvents(TraceSink& sink, std::int64_t origin_ns);

  void metadata(const Track& track, std::string_view name, const TraceArgs& args);
  void slice(const Track& track, std::string_view category, std::string_view name,
             std::int64_t begin_ns, std::int64_t end_ns, const TraceArgs& args = {});
  void instant(const Track& track, std::string_view category, std::string_view name,
               std::int64_t at_ns, const TraceArgs& args = {});
  // Several values of one counter are drawn on top of each other.
  void counter(int process, std::string_view name, std::int64_t at_ns, const TraceArgs& values);
  // A span of its own, beside all tracks, known by category and id.
  void begin_async(int process, std::string_view category, std::string_view name, std::int64_t id,
                   std::int64_t at_ns, const TraceArgs& args);
  void end_async(int process, std::string_view category, std::string_view name, std::int64_t id,
                 std::int64_t at_ns, const TraceArgs& args);
  // The closing bracket; nothing may follow.
  void end();

 private:
  void event(char phase, const Track& track, std::string_view members, const TraceArgs& args);
  std::int64_t at(std::int64_t ns) const { return (ns - origin_ns_) / 1000; }
  void async(char phase, int process, std::string_view category, std::string_view name,
             std::int64_t id, std::int64_t at_ns, const TraceArgs& args);

  TraceSink& sink_;
  std::int64_t origin_ns_;
  bool empty_ = true;
};

}  // namespace rookery
