// The report of a trace for people, and for programs.
#pragma once

#include <string>

#include "supervisor/trace/trace_report.h"

namespace rookery {

// Lines in columns; docs/tracing.md explains them.
std::string trace_text(const TraceReport& report);

// One JSON object, ending in a newline; times in seconds.
std::string trace_json(const TraceReport& report);

}  // namespace rookery
