// One measured run of a cell: `rookery run` as a child, watched from outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "supervisor/bench/run_record.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

struct CellRunOrder {
  std::string program;  // rookery
  std::string yaml;     // of the config, without inputs and output folder
  std::vector<std::string> inputs;
  std::string folder;       // for this run alone: made, and removed at its end
  std::string kept_folder;  // see keep_output()
  std::chrono::seconds max_time{};
  int cores = 1;  // what CPU utilisation is counted by
};

struct CellRun {
  RunRecord record;           // cell, phase, round and time spent are the caller's to fill in
  std::optional<int> signal;  // SIGINT or SIGTERM came: the record does not count
};

// A run that fails or takes too long is a result; an Error is what keeps bench from measuring.
Result<CellRun> run_cell(const CellRunOrder& order, SignalSource& signals);

}  // namespace rookery
