// One `rookery bench` from its folder's lock to results.json: runs cells as the schedule says until
// all is measured, the budget is spent or a signal comes.
#pragma once

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/bench_folder.h"
#include "supervisor/bench/bench_progress.h"
#include "supervisor/bench/bench_results.h"
#include "supervisor/bench/cell_run.h"
#include "supervisor/bench/cells.h"
#include "supervisor/bench/runs_file.h"
#include "supervisor/bench/schedule.h"
#include "supervisor/clock.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

struct BenchOrder {
  BenchConfig config;
  Grid grid;
  std::string program;  // rookery
  std::string version;
  int cores = 1;
  ProgressStyle style = ProgressStyle::kPlain;
};

class BenchSession {
 public:
  BenchSession(BenchOrder order, BenchFolder folder, SignalSource& signals);

  // Goes on where the folder's runs end. Afterwards results() are written. kExitSomeFailed if a
  // cell failed or cells that must agree do not. Errors have stage "config" or "bench".
  Result<ExitCode> run();

  const BenchResults& results() const { return results_; }

 private:
  Status take_up();
  // Makes what is to be made; the recordings of each cell.
  Status make_inputs();
  // The signal that ended it, if one did.
  Result<std::optional<int>> measure();
  Result<CellRun> run_once(const PlannedRun& plan);
  Status keep(const PlannedRun& plan, RunRecord record);
  void tell_schedule(const RunRecord& record);
  double spent_seconds() const;
  Status write_results();

  BenchOrder order_;
  BenchFolder folder_;
  SignalSource& signals_;
  SteadyClock clock_;
  Schedule schedule_;
  BenchProgress progress_;
  std::optional<RunsFile> file_;
  std::vector<RunRecord> records_;
  std::vector<std::vector<std::string>> inputs_;  // of each cell
  TimePoint started_;
  double spent_before_ = 0;  // by earlier sessions
  BenchResults results_;
};

}  // namespace rookery
