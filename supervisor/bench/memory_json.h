// Memory over time as runs.jsonl and results.json have it: rows of seconds since the start, RSS,
// RssAnon and PSS in bytes, null where PSS was not read.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "supervisor/bench/memory_sampling.h"

namespace rookery {

nlohmann::ordered_json memory_rows(const std::vector<MemorySample>& samples);

// Throws nlohmann::json::exception for what is not so.
std::vector<MemorySample> memory_of(const nlohmann::ordered_json& rows);

}  // namespace rookery
