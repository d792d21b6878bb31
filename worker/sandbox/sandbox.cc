#include "worker/sandbox/sandbox.h"

#include <optional>
#include <utility>

#include "worker/sandbox/child_trial.h"
#include "worker/sandbox/landlock.h"
#include "worker/sandbox/memory_limit.h"
#include "worker/sandbox/process_limits.h"
#include "worker/sandbox/seccomp_filter.h"

namespace rookery {
namespace {

// A state as an exit code, and back: eight bits.
int to_exit_code(const SandboxState& state) {
  return (state.landlock_abi << 1 | (state.seccomp ? 1 : 0)) & 0xff;
}

SandboxState from_exit_code(int code) { return {code >> 1, (code & 1) != 0}; }

int state_in_this_process() {
  const Result<SandboxState> state = seal_off("/");
  return state ? to_exit_code(*state) : 0;
}

}  // namespace

Result<SandboxState> enter_sandbox(const WorkerSettings& settings, std::size_t workers) {
  if (!settings.sandbox) return SandboxState{};
  const Status limited = limit_process(workers);
  if (!limited) return limited.error();
  std::vector<std::string> readable = own_readable_paths();
  readable.insert(readable.end(), settings.readable.begin(), settings.readable.end());
  for (const ModelSettings& model : settings.models) readable.push_back(model.file);
  const Result<std::int32_t> abi = allow_only_reading(readable);
  if (!abi) return abi.error();
  return SandboxState{*abi, false};
}

Status close_sandbox(const WorkerSettings& settings, std::size_t workers, SandboxState& state) {
  if (!settings.sandbox) return Done{};
  // Here at last: the filter refuses new limits.
  const std::int64_t allowance = memory_allowance(settings, workers);
  const Status limited = allowance > 0 ? limit_memory(allowance) : Done{};
  if (!limited) return limited;
  const Result<bool> refusing = refuse_system_calls();
  if (!refusing) return refusing.error();
  state.seccomp = *refusing;
  return Done{};
}

Result<SandboxState> seal_off(const std::string& recording) {
  WorkerSettings settings;
  settings.readable = {recording};
  Result<SandboxState> state = enter_sandbox(settings, 1);
  if (!state) return state;
  const Status closed = close_sandbox(settings, 1, *state);
  if (!closed) return closed.error();
  return state;
}

Result<SandboxState> try_sandbox() {
  const Result<std::optional<int>> code = tried_in_a_child(state_in_this_process);
  if (!code) return code.error();
  return *code ? from_exit_code(**code) : SandboxState{};
}

}  // namespace rookery
