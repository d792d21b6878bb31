// What the runs in a bench folder were made with.
#pragma once

#include <map>
#include <string>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/run_record.h"

namespace rookery {

// By name what decides which runs are made and what they measure, the host among it: runs that
// differ here do not belong together. How often and how long may change from session to session.
std::map<std::string, std::string> measured_facts(const BenchConfig& config);

// Of what a run was made with; the same for all runs of a folder.
std::map<std::string, std::string> measured_versions(const RunRecord& record);

}  // namespace rookery
