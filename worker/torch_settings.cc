#include "worker/torch_settings.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/version.h>

#include <mutex>
#include <string_view>
#include <utility>

#include "worker/torch_error.h"

namespace rookery {
namespace {

Status expect_threads(std::string_view kind, int wanted, int got) {
  if (wanted == got) return Done{};
  return Error{
      "model",
      fmt::format("LibTorch runs with {} {} threads, {} were asked for", got, kind, wanted),
      "unset OMP_NUM_THREADS, MKL_NUM_THREADS and OMP_THREAD_LIMIT"};
}

}  // namespace

Status set_process_settings(std::int32_t inter_op) {
  // The executor that stays with profiling turned off optimises a graph once, whatever the input:
  // the first call runs the same operators as the thousandth.
  torch::jit::getProfilingMode() = false;
  torch::jit::getExecutorMode() = true;
  try {
    // Setting it a second time throws, even to what it is.
    if (std::cmp_not_equal(at::get_num_interop_threads(), inter_op)) {
      at::set_num_interop_threads(inter_op);
    }
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
  return expect_threads("inter-op", inter_op, static_cast<int>(at::get_num_interop_threads()));
}

Status set_thread_settings(std::int32_t intra_op) {
  // LibTorch renews its thread pool at the first call after a fork, and not thread-safely.
  static std::mutex renewing;
  const std::lock_guard lock(renewing);
  at::set_num_threads(intra_op);
  return expect_threads("intra-op", intra_op, at::get_num_threads());
}

std::string torch_description() {
  return fmt::format("LibTorch {}, {}", TORCH_VERSION, at::get_cpu_capability());
}

}  // namespace rookery
