// Those who watch a run: progress, and a look at memory and a word for the monitoring now and then.
#pragma once

#include <string>

#include "supervisor/memory_watch.h"
#include "supervisor/metrics_file.h"
#include "supervisor/progress.h"
#include "supervisor/run_observer.h"
#include "supervisor/trace/run_tracer.h"

namespace rookery {

class RunWatch final : public RunObserver {
 public:
  // All outlive it.
  RunWatch(Progress& progress, MemoryWatch& memory, MetricsFile& metrics, RunTracer& tracer)
      : progress_(progress), memory_(memory), metrics_(metrics), tracer_(tracer) {}

  void recording_failed(const Recording& recording, const std::string& why) override {
    progress_.recording_failed(recording, why);
  }
  void recording_has_gap(const Recording& recording, const std::string& why) override {
    progress_.recording_has_gap(recording, why);
  }
  void worker_died(int slot, const std::string& how) override {
    progress_.worker_died(slot, how);
    metrics_.worker_died();
  }
  void notice(const std::string& what) override { progress_.notice(what); }
  void stopping(const std::string& why) override { progress_.stopping(why); }
  void tick(const RunSnapshot& snapshot) override {
    progress_.tick(snapshot);
    if (const auto bytes = memory_.tick()) tracer_.memory(*bytes);
    tracer_.tick_memory([this] { return memory_.anonymous_bytes(); });
    metrics_.tick(snapshot);
  }

 private:
  Progress& progress_;
  MemoryWatch& memory_;
  MetricsFile& metrics_;
  RunTracer& tracer_;
};

}  // namespace rookery
