#include "supervisor/trace/trace_events.h"

#include <fmt/format.h>

namespace rookery {

TraceEvents::TraceEvents(TraceSink& sink, std::int64_t origin_ns)
    : sink_(sink), origin_ns_(origin_ns) {
  sink_.write("[\n");
}

void TraceEvents::metadata(const Track& track, std::string_view name, const TraceArgs& args) {
  event('M', track, fmt::format(R"("name":"{}")", name), args);
}

void TraceEvents::slice(const Track& track, std::string_view category, std::string_view name,
                        std::int64_t begin_ns, std::int64_t end_ns, const TraceArgs& args) {
  const std::int64_t begin = at(begin_ns);
  event('X', track,
        fmt::format(R"("cat":"{}","name":"{}","ts":{},"dur":{})", category, name, begin,
                    at(end_ns) - begin),
        args);
}

void TraceEvents::instant(const Track& track, std::string_view category, std::string_view name,
                          std::int64_t at_ns, const TraceArgs& args) {
  event('i', track,
        fmt::format(R"("cat":"{}","name":"{}","ts":{},"s":"t")", category, name, at(at_ns)), args);
}

void TraceEvents::counter(int process, std::string_view name, std::int64_t at_ns,
                          const TraceArgs& values) {
  event('C', {process, 0}, fmt::format(R"("name":"{}","ts":{})", name, at(at_ns)), values);
}

void TraceEvents::begin_async(int process, std::string_view category, std::string_view name,
                              std::int64_t id, std::int64_t at_ns, const TraceArgs& args) {
  async('b', process, category, name, id, at_ns, args);
}

void TraceEvents::end_async(int process, std::string_view category, std::string_view name,
                            std::int64_t id, std::int64_t at_ns, const TraceArgs& args) {
  async('e', process, category, name, id, at_ns, args);
}

void TraceEvents::async(char phase, int process, std::string_view category, std::string_view name,
                        std::int64_t id, std::int64_t at_ns, const TraceArgs& args) {
  event(phase, {process, 0},
        fmt::format(R"("cat":"{}","name":"{}","id":{},"ts":{})", category, name, id, at(at_ns)),
        args);
}

void TraceEvents::end() { sink_.write("\n]\n"); }

void TraceEvents::event(char phase, const Track& track, std::string_view members,
                        const TraceArgs& args) {
  sink_.write(fmt::format(R"({}{{"ph":"{}","pid":{},"tid":{},{},"args":{}}})", empty_ ? "" : ",\n",
                          phase, track.process, track.thread, members, args.object()));
  empty_ = false;
}

}  // namespace rookery
