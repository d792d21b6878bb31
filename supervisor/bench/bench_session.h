// One `rookery bench` from its folder's lock to results.json: runs cells as the schedule says until
// all is measured, the budget is spent or a signal comes.
#pragma once

#include <optional>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "supervisor/bench/bench_folder.h"
#include "supervisor/bench/bench_order.h"
#include "supervisor/bench/bench_progress.h"
#include "supervisor/bench/bench_results.h"
#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/schedule.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

class BenchSession {
 public:
  BenchSession(BenchOrder order, BenchFolder folder, SignalSource& signals);
  BenchSession(const BenchSession&) = delete;  // its parts refer to each other
  BenchSession& operator=(const BenchSession&) = delete;
  ~BenchSession() = default;

  // Goes on where the folder's runs end. Afterwards results() are written. kExitSomeFailed if a
  // cell failed or cells that must agree do not. Errors have stage "config" or "bench".
  Result<ExitCode> run();

  const BenchResults& results() const { return results_; }

 private:
  void take_up();
  // The signal that ended it, if one did.
  Result<std::optional<int>> measure();
  void keep(const RunRecord& record);
  Status write_results();

  BenchOrder order_;
  BenchFolder folder_;
  SignalSource& signals_;
  Schedule schedule_;
  BenchProgress progress_;
  std::optional<CellMeasurer> measurer_;  // from the beginning of run()
  BenchResults results_;
};

}  // namespace rookery
