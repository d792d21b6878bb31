// rookery trace: what a run's timeline tells.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "supervisor/commands/command.h"
#include "supervisor/trace/trace_analysis.h"
#include "supervisor/trace/trace_text.h"

namespace rookery {
namespace {

struct TraceArguments {
  std::string file;
  bool json = false;
};

ExitCode show_trace(const TraceArguments& arguments) {
  const auto report = analyse_trace(arguments.file);
  if (!report) return complain(report.error(), kExitUsage);
  fmt::print("{}", arguments.json ? trace_json(*report) : trace_text(*report));
  return kExitDone;
}

}  // namespace

void add_trace_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("trace", "Say where a run's time went, from what run --trace wrote");
  auto arguments = std::make_shared<TraceArguments>();
  command->add_option("FILE", arguments->file, "What rookery run --trace wrote")->required();
  command->add_flag("--json", arguments->json, "As one JSON object");
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return show_trace(*arguments); }; });
}

}  // namespace rookery
