// Measures a run of a cell and records it, for bench and tune: runs.jsonl, the recordings of each
// cell, and what is spent of the time budget over all sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "supervisor/bench/bench_folder.h"
#include "supervisor/bench/bench_order.h"
#include "supervisor/bench/cell_run.h"
#include "supervisor/bench/made_with.h"
#include "supervisor/bench/quiet_host.h"
#include "supervisor/bench/runs_file.h"
#include "supervisor/clock.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

// Not thread-safe.
class CellMeasurer {
 public:
  // Takes up the folder's runs, which must have been begun with equal `facts` and recordings, and
  // makes the recordings that are to be made; the time for that is not counted. A signal that comes
  // meanwhile is what measure() returns. All arguments but `facts` outlive it. Errors have stage
  // "config" or "bench".
  static Result<CellMeasurer> open(const BenchOrder& order, const BenchFolder& folder,
                                   SignalSource& signals, std::map<std::string, std::string> facts);

  // One run of a cell of the grid; a cold one begins without its recordings in the page cache. If
  // the host was slow before or after it (QuietHost), it is set aside and made again, twice at most
  // and while the time budget lasts. Records are durable when this returns, unless a signal came. A
  // run that was made with something else than the folder's others is not recorded, but an Error of
  // stage "config".
  Result<CellRun> measure(const Cell& cell, Phase phase, std::int32_t round);

  // Of all sessions, in the order of the runs.
  const std::vector<RunRecord>& records() const { return records_; }
  std::size_t runs_before() const { return file_.earlier().size(); }
  double seconds_before() const { return spent_before_; }
  double spent_seconds() const;
  std::int64_t runs_set_aside() const;

  // With what else the host had to do before the first run: it is part of what was measured.
  std::map<std::string, std::string> host() const;
  std::map<std::string, std::string> versions() const;

  SignalSource& signals() const { return signals_; }

 private:
  CellMeasurer(const BenchOrder& order, const BenchFolder& folder, SignalSource& signals,
               RunsFile file);

  Status make_inputs();
  Result<CellRun> measure_once(const Cell& cell, Phase phase, std::int32_t round, bool last_try);
  bool pause();
  QuietHost& host_of(const Cell& cell);
  Status note(const Cell& cell, const RunRecord& record);
  CellRunOrder run_order(const Cell& cell) const;

  const BenchOrder& order_;
  const BenchFolder& folder_;
  SignalSource& signals_;
  RunsFile file_;
  MadeWith made_with_;
  std::vector<RunRecord> records_;
  std::map<std::string, std::vector<std::string>> inputs_;  // by the cell's id
  std::optional<int> stopped_;                              // by this signal
  std::map<int, QuietHost> hosts_;                          // by how many cores a cell keeps busy
  SteadyClock clock_;
  TimePoint started_;
  double spent_before_ = 0;  // by earlier sessions
};

}  // namespace rookery
