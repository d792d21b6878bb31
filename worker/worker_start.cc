#include "worker/worker_start.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "rookery/exit_codes.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_check.h"
#include "worker/sandbox/sandbox.h"
#include "worker/slots_text.h"

namespace rookery {
namespace {

Error cannot_start(const char* call) {
  return {"worker", fmt::format("cannot start a worker: {}: {}", call, std::strerror(errno)),
          "check the limits on processes and memory, or set workers to less"};
}

// Signals blocked for the fork server's signalfd are blocked in its children otherwise.
void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int complain(const Error& error) {
  fmt::print(stderr, "rookery-worker: {}\n", to_string(error));
  return kExitCannotGoOn;
}

// In the child. Never returns into the fork server's stack, whatever happens.
[[noreturn]] void run_forked(const WorkerSettings& settings, const PreparedModels& prepared,
                             const std::vector<SlotStart>& slots, pid_t server) noexcept {
  Status tied = tie_to_parent(server);
  if (!tied) ::_exit(kExitCannotGoOn);
  ::close(settings.control_fd);
  unblock_signals();
  const Result<SandboxState> sandbox = enter_sandbox(settings, slots.size());
  if (!sandbox) ::_exit(complain(sandbox.error()));
  const ModelSource source = model_source(settings, prepared.hosted());
  // _exit: destructors of what the fork server loaded are not this process's to run.
  ::_exit(run_worker_process(settings, slots, source, *sandbox));
}

Status keep_over_exec(int fd) {
  if (::fcntl(fd, F_SETFD, 0) == 0) return Done{};
  return cannot_start("fcntl");
}

std::vector<std::string> worker_arguments(int settings_fd, const PreparedModels& prepared,
                                          const std::vector<SlotStart>& slots) {
  std::vector<std::string> arguments = {
      "rookery-worker",           "--settings-fd", fmt::to_string(settings_fd), "--parent",
      fmt::to_string(::getpid()), "--slots",       format_slots(slots)};
  for (const PreparedModel& model : prepared.models) {
    if (model.store == nullptr) continue;
    arguments.insert(arguments.end(), {"--store-fd", fmt::to_string(model.store->fd()), "--digest",
                                       model.facts.digest});
  }
  return arguments;
}

// In the child: calls nothing that allocates, in case the fork server has threads.
[[noreturn]] void exec_self(std::vector<char*>& arguments) noexcept {
  unblock_signals();
  ::execv("/proc/self/exe", arguments.data());
  ::_exit(kExitCannotGoOn);
}

}  // namespace

StartProcess fork_starter(const WorkerSettings& settings, const PreparedModels& prepared) {
  return [&settings, &prepared](const std::vector<SlotStart>& slots) -> Result<pid_t> {
    const pid_t server = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return cannot_start("fork");
    if (child == 0) run_forked(settings, prepared, slots, server);
    return child;
  };
}

StartProcess spawn_starter(int settings_fd, const PreparedModels& prepared) {
  return [settings_fd, &prepared](const std::vector<SlotStart>& slots) -> Result<pid_t> {
    Status kept = keep_over_exec(settings_fd);
    for (const PreparedModel& model : prepared.models) {
      if (kept && model.store != nullptr) kept = keep_over_exec(model.store->fd());
    }
    if (!kept) return kept.error();
    std::vector<std::string> arguments = worker_arguments(settings_fd, prepared, slots);
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return cannot_start("fork");
    if (child == 0) exec_self(pointers);
    return child;
  };
}

ModelSource model_source(const WorkerSettings& settings, std::vector<HostedModel> hosted) {
  return [&settings, hosted = std::move(hosted)]() -> Result<std::vector<HostedModel>> {
    std::vector<HostedModel> models = hosted;
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (models[i].model != nullptr) continue;
      Result<std::unique_ptr<Model>> model = load_model(settings.models[i]);
      if (!model) return model.error();
      const Result<TriedEnds> warm = warm_up(**model, *models[i].front_end, settings.models[i]);
      if (!warm) return warm.error();
      models[i].model = std::move(*model);
    }
    return models;
  };
}

}  // namespace rookery
