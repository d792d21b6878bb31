// rookery-worker: fork server, spawned worker, or one look at a recording or model for `rookery
// inspect`. Started by rookery, not by people.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "ipc/codec.h"
#include "rookery/exit_codes.h"
#include "rookery/unique_fd.h"
#include "shm/sealed_memory.h"
#include "worker/fork_server.h"
#include "worker/inspection.h"
#include "worker/slots_text.h"
#include "worker/spawned_worker.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

struct Options {
  int settings_fd = -1;
  pid_t parent = 0;
  std::string slots;
  int store_fd = -1;
  std::string digest;
  std::string recording;
  std::string channel = "mix";
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
  return run_spawned_worker(settings, *slots, UniqueFd(options.store_fd), options.digest);
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

int probe_once(const Options& options) {
  fmt::print("{}\n", inspect_recording(options.recording, options.channel));
  return kExitDone;
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  rookery::Options options;
  CLI::App app("rookery's workers; started by rookery");
  app.set_version_flag("--version", rookery::torch_description);
  app.add_option("--settings-fd", options.settings_fd, "memfd with WorkerSettings");
  app.add_option("--parent", options.parent, "process that started this one");
  app.add_option("--slots", options.slots, "host these workers: slot.incarnation@core,…");
  app.add_option("--store-fd", options.store_fd, "sealed memfd with the weights");
  app.add_option("--digest", options.digest, "SHA-256 of the model in that store");
  CLI::App* probe = app.add_subcommand("probe", "print a recording's properties as JSON");
  probe->add_option("recording", options.recording)->required();
  probe->add_option("--channel", options.channel, "mix, or a number from 1");
  CLI::App* check =
      app.add_subcommand("check-model", "print what a check of the model finds as JSON");
  check->add_option("--settings-fd", options.settings_fd)->required();
  CLI11_PARSE(app, argc, argv);
  if (probe->parsed()) return rookery::probe_once(options);
  if (check->parsed()) return rookery::check_model_once(options);
  if (options.settings_fd < 0) {
    fmt::print(stderr, "rookery-worker is started by rookery; see rookery --help\n");
    return rookery::kExitUsage;
  }
  // _exit: threads of workers may still run, and nothing is left to write.
  ::_exit(rookery::serve(options));
}
