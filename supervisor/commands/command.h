// A subcommand of rookery: adds itself to the command line and, when chosen, is what main runs.
#pragma once

#include <functional>
#include <string>

#include "rookery/exit_codes.h"
#include "rookery/result.h"

namespace CLI {
class App;
}

namespace rookery {

using ChosenCommand = std::function<ExitCode()>;

void add_run_command(CLI::App& app, ChosenCommand& chosen);
void add_plan_command(CLI::App& app, ChosenCommand& chosen);
void add_prepare_command(CLI::App& app, ChosenCommand& chosen);
void add_inspect_command(CLI::App& app, ChosenCommand& chosen);
void add_status_command(CLI::App& app, ChosenCommand& chosen);
void add_export_command(CLI::App& app, ChosenCommand& chosen);
void add_bench_command(CLI::App& app, ChosenCommand& chosen);
void add_tune_command(CLI::App& app, ChosenCommand& chosen);
void add_trace_command(CLI::App& app, ChosenCommand& chosen);
void add_doctor_command(CLI::App& app, ChosenCommand& chosen);

// Says the error on standard error and returns `code`.
ExitCode complain(const Error& error, ExitCode code);

// Path of the program that stands beside this one, e.g. "rookery-worker".
std::string sibling_program(const std::string& name);

}  // namespace rookery
