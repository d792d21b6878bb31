// What the runs in a bench folder were made with.
#pragma once

#include <map>
#include <string>

#include "supervisor/bench/bench_config.h"

namespace rookery {

// By name what decides which runs are made and what they measure: runs of two configs that differ
// here do not belong together. How often and how long may change from session to session.
std::map<std::string, std::string> measured_facts(const BenchConfig& config);

}  // namespace rookery
