// rookery-worker: fork server, spawned worker, or one look at a recording or model for `rookery
// inspect` and `rookery prepare`. Started by rookery, not by people.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "ipc/codec.h"
#include "rookery/exit_codes.h"
#include "rookery/unique_fd.h"
#include "shm/sealed_memory.h"
#include "worker/fork_server.h"
#include "worker/inspection.h"
#include "worker/prepare/preparation_text.h"
#include "worker/sandbox/memory_limit.h"
#include "worker/sandbox/sandbox.h"
#include "worker/slots_text.h"
#include "worker/spawned_worker.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

struct Options {
  int settings_fd = -1;
  pid_t parent = 0;
  std::string slots;
  std::vector<int> store_fds;  // for each model one, with its digest
  std::vector<std::string> digests;
  std::string recording;
  std::string channel = "mix";
  std::string reference;
  PreparationOrder order;
};

int fail(const Error& error) {
  fmt::print(stderr, "rookery-worker: {}\n", to_string(error));
  return kExitCannotGoOn;
}

// Leaves the descriptor open: spawned workers read it again.
Result<WorkerSettings> read_settings(int fd) {
  Result<std::string> bytes = read_memfd(UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)));
  if (!bytes) return bytes.error();
  Result<Message> message = decode(*bytes);
  if (!message) return message.error();
  if (auto* settings = std::get_if<WorkerSettings>(&*message)) return std::move(*settings);
  return Error{"config", fmt::format("the settings are a {}", message_name(*message)), ""};
}

int run_spawned(const Options& options, const WorkerSettings& settings) {
  Result<std::vector<SlotStart>> slots = parse_slots(options.slots);
  if (!slots) return fail(slots.error());
  if (options.store_fds.size() != options.digests.size()) {
    return fail({"config", "a --digest for each --store-fd is needed", ""});
  }
  std::vector<InheritedStore> stores;
  for (std::size_t i = 0; i < options.store_fds.size(); ++i) {
    stores.push_back({UniqueFd(options.store_fds[i]), options.digests[i]});
  }
  return run_spawned_worker(settings, *slots, std::move(stores));
}

int serve(const Options& options) {
  ignore_interrupts();
  Status tied = tie_to_parent(options.parent);
  if (!tied) return fail(tied.error());
  Result<WorkerSettings> settings = read_settings(options.settings_fd);
  if (!settings) return fail(settings.error());
  if (!options.slots.empty()) return run_spawned(options, *settings);
  return run_fork_server(*settings, options.settings_fd);
}

int check_model_once(const Options& options) {
  Result<WorkerSettings> settings = read_settings(options.settings_fd);
  if (!settings) return fail(settings.error());
  fmt::print("{}\n", inspect_model(*settings));
  return kExitDone;
}

int verify_once(const Options& options) {
  Result<WorkerSettings> settings = read_settings(options.settings_fd);
  if (!settings) return fail(settings.error());
  fmt::print("{}\n", verify_model(*settings, options.reference));
  return kExitDone;
}

using PrepareAnswer = std::string (*)(const PreparationOrder&);

int prepare_once(Options options, PrepareAnswer answer) {
  Result<WorkerSettings> settings = read_settings(options.settings_fd);
  if (!settings) return fail(settings.error());
  options.order.settings = std::move(*settings);
  fmt::print("{}\n", answer(options.order));
  return kExitDone;
}

int probe_once(const Options& options) {
  const Result<SandboxState> sealed = seal_off(options.recording);
  if (!sealed) return fail(sealed.error());
  fmt::print("{}\n", inspect_recording(options.recording, options.channel));
  return kExitDone;
}

int print_sandbox() {
  const Result<SandboxState> state = try_sandbox();
  if (!state) return fail(state.error());
  fmt::print("{{\"landlock\": {}, \"seccomp\": {}, \"memory_limit\": {}}}\n", state->landlock_abi,
             state->seccomp, memory_limit_holds());
  return kExitDone;
}

CLI::App* add_settings_command(CLI::App& app, const char* name, const char* what,
                               Options& options) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option("--settings-fd", options.settings_fd)->required();
  return command;
}

CLI::App* add_prepare_command(CLI::App& app, const char* name, const char* what, Options& options) {
  CLI::App* command = add_settings_command(app, name, what, options);
  PreparationOrder& order = options.order;
  command->add_option("--model-out", order.model_out, "model to write or compare")->required();
  command->add_option("--reference-out", order.reference_out, "file to write")->required();
  command->add_option("--float-tolerance", order.float_tolerance)->required();
  command->add_option("--bfloat16-tolerance", order.bfloat16_tolerance)->required();
  command->add_flag("--bfloat16", order.bfloat16, "try bfloat16");
  command->add_option("--probe", order.probes, "recordings to try it on");
  return command;
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  rookery::Options options;
  CLI::App app("rookery's workers; started by rookery");
  app.set_version_flag("--version", rookery::torch_description);
  app.add_option("--settings-fd", options.settings_fd, "memfd with WorkerSettings");
  app.add_option("--parent", options.parent, "process that started this one");
  app.add_option("--slots", options.slots, "host these workers: slot.incarnation@core+core,…");
  app.add_option("--store-fd", options.store_fds, "sealed memfd with a model's weights");
  app.add_option("--digest", options.digests, "SHA-256 of the model in that store");
  CLI::App* probe = app.add_subcommand("probe", "print a recording's properties as JSON");
  probe->add_option("recording", options.recording)->required();
  probe->add_option("--channel", options.channel, "mix, or a number from 1");
  CLI::App* sandbox =
      app.add_subcommand("sandbox", "print what a worker's sandbox is here as JSON");
  CLI::App* check = rookery::add_settings_command(
      app, "check-model", "print what a check of the model finds as JSON", options);
  CLI::App* verify = rookery::add_settings_command(
      app, "verify", "print the largest difference from the reference as JSON", options);
  verify->add_option("reference", options.reference)->required();
  CLI::App* prepare = rookery::add_prepare_command(
      app, "prepare", "write a faster model, tell how as JSON", options);
  CLI::App* compare = rookery::add_prepare_command(
      app, "compare", "compare a compiled package with its original as JSON", options);
  CLI11_PARSE(app, argc, argv);
  if (probe->parsed()) return rookery::probe_once(options);
  if (sandbox->parsed()) return rookery::print_sandbox();
  if (check->parsed()) return rookery::check_model_once(options);
  if (verify->parsed()) return rookery::verify_once(options);
  if (prepare->parsed()) return rookery::prepare_once(options, rookery::prepare_model_file);
  if (compare->parsed()) return rookery::prepare_once(options, rookery::compare_package_folder);
  if (options.settings_fd < 0) {
    fmt::print(stderr, "rookery-worker is started by rookery; see rookery --help\n");
    return rookery::kExitUsage;
  }
  // _exit: threads of workers may still run, and nothing is left to write.
  ::_exit(rookery::serve(options));
}
