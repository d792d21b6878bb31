// rookery: the supervisor. Parses the command line and hands over to one of commands/.
#include <CLI/CLI.hpp>

#include "supervisor/commands/command.h"

int main(int argc, char** argv) {
  using namespace rookery;
  CLI::App app{
      "Runs an audio model over many recordings on one host: pinned single-threaded workers,\n"
      "one copy of the weights, results in timestamp order."};
  app.name("rookery");
  app.set_version_flag("--version", ROOKERY_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all done; 1 some recordings failed or have gaps; 2 usage or config;\n"
      "3 could not start or go on; 75 output folder in use, or the run's time is over;\n"
      "130/143 interrupted, resumable.");
  ChosenCommand chosen;
  add_run_command(app, chosen);
  add_plan_command(app, chosen);
  add_prepare_command(app, chosen);
  add_inspect_command(app, chosen);
  add_status_command(app, chosen);
  add_export_command(app, chosen);
  add_bench_command(app, chosen);
  add_tune_command(app, chosen);
  add_trace_command(app, chosen);
  add_doctor_command(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  return chosen();
}
