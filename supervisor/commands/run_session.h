// One `rookery run` from the output folders' locks to the exports.
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rookery/exit_codes.h"
#include "supervisor/clock.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/commands/run_output.h"
#include "supervisor/host/worker_placement.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/metrics_file.h"
#include "supervisor/pool/process_pool.h"
#include "supervisor/pool/signal_source.h"
#include "supervisor/run_loop.h"
#include "supervisor/summary.h"
#include "supervisor/trace/trace_recorder.h"

namespace rookery {

class RunSession {
 public:
  RunSession(LoadedRun run, const RunArguments& arguments);

  // The steps in order; the first that cannot be done ends it, having said why on standard error.
  ExitCode run();

 private:
  // A step's exit code if it ends the session.
  using Step = std::optional<ExitCode>;

  ExitCode run_steps();

  Step open_inputs();
  Step open_pool();
  Step open_outputs();
  Step open_trace();
  RunTracer& tracer() { return trace_ ? *trace_ : RunTracer::none(); }
  Step start_workers();
  void tell_of_sandbox() const;
  Step take_up_folders();
  RunReport work();
  std::vector<ModelOutput> model_outputs();
  std::string where_to_look(const RunReport& report) const;
  // Complain about each that cannot be written; whether all were.
  bool write_formats();
  bool write_summaries(const RunReport& report, ExitCode exit_code);
  ExitCode conclude(const RunReport& report);
  ExitCode tell_monitoring(const RunReport& report, ExitCode exit_code);
  std::int64_t limited_memory_bytes() const;
  RunSummary summarise(const RunReport& report, ExitCode exit_code) const;
  Step refused(const Error& error, ExitCode code) const;

  LoadedRun run_;
  const RunArguments& arguments_;
  SteadyClock clock_;
  TimePoint started_;
  std::time_t started_wall_clock_;
  MetricsFile metrics_;
  std::optional<SignalSource> signals_;
  std::vector<RunOutput> outputs_;  // in the order of run_.outputs
  std::optional<InputSource> inputs_;
  std::optional<InputTotals> totals_;
  Placement placement_;
  std::unique_ptr<TraceRecorder> trace_;  // null: the run is not traced
  std::unique_ptr<ProcessPool> pool_;
  ServerReady server_;
  MemorySummary peak_memory_;
};

}  // namespace rookery
