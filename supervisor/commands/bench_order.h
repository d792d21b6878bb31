// What `bench` and `tune` share: a config checked before anything runs, and the report at the end.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "rookery/exit_codes.h"
#include "supervisor/bench/bench_order.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

// Everything that would keep a cell from running is a refusal.
std::variant<BenchOrder, LoadRefusal> make_bench_order(BenchConfig config, const std::string& out,
                                                       bool quiet);

// Has a tool of tools/ write FOLDER/report.html from `results`, a file's name there. Says where it
// is, or that Python or its libraries are missing: what was measured does not depend on it. The
// exit code if a signal came meanwhile; without a source signals end the process.
std::optional<ExitCode> write_report(const std::string& tool, const std::string& folder,
                                     const std::string& results, SignalSource* signals);

}  // namespace rookery
