#include "worker/worker_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "rookery/exit_codes.h"
#include "shm/beacon.h"
#include "worker/openmp_runtime.h"
#include "worker/thread_host.h"

namespace rookery {
namespace {

// exit() inside a model's operator would destroy what other threads of the process still use, and
// those would tell of failures that are none.
void end_at_once(int status, void* /*unused*/) { ::_exit(status); }

}  // namespace

Status tie_to_parent(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return Error{"worker", fmt::format("PR_SET_PDEATHSIG: {}", std::strerror(errno)), ""};
  }
  // A parent that died before the call above sends nothing any more.
  if (::getppid() == parent) return Done{};
  return Error{"worker", fmt::format("process {}, which started this one, has ended", parent), ""};
}

void ignore_interrupts() {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
}

int run_worker_process(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       const ModelSource& model_source, const SandboxState& sandbox) {
  ::on_exit(end_at_once, nullptr);
  open_openmp_runtime();
  Result<Beacon> beacon = Beacon::attach(UniqueFd(settings.beacon_fd));
  if (!beacon) {
    fmt::print(stderr, "rookery-worker: {}\n", to_string(beacon.error()));
    return kExitCannotGoOn;
  }
  const WorkerHost host{settings, model_source, *beacon, sandbox};
  Status ended = settings.engine == EngineKind::kThreads ? run_in_threads(host, slots)
                                                         : run_in_this_thread(host, slots.front());
  if (ended) return kExitDone;
  fmt::print(stderr, "rookery-worker: {}\n", to_string(ended.error()));
  // Returning would destroy beacon and models under the threads of workers that still run.
  ::_exit(kExitCannotGoOn);
}

}  // namespace rookery
