// What `bench` and `tune` measure, checked before anything runs.
#pragma once

#include <functional>
#include <string>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/bench_progress.h"
#include "supervisor/bench/cells.h"

namespace rookery {

struct BenchOrder {
  BenchConfig config;
  Grid grid;
  std::string program;  // rookery
  std::string version;
  // Which build of rookery and rookery-worker; part of what runs are made with.
  std::string programs;
  int cores = 1;
  int usual_workers = 1;                                 // of a run that asks for no number
  std::function<double(int busy_cores)> host_pace = {};  // empty: it is not watched
  ProgressStyle style = ProgressStyle::kPlain;
};

}  // namespace rookery
