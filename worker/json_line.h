// Answers to rookery's questions: one line of JSON each.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rookery/result.h"

namespace rookery {

// Bytes that are no UTF-8 (names of files, what libraries say) are replaced.
std::string json_line(const nlohmann::json& value);
// {"error": {"stage", "reason", "remedy"}}
std::string json_line(const Error& error);

}  // namespace rookery
