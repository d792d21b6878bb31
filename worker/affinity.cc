#include "worker/affinity.h"

#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <cstring>

namespace rookery {

Status pin_this_thread(std::int32_t core) {
  if (core < 0) return Done{};
  const auto index = static_cast<std::size_t>(core);
  cpu_set_t* set = CPU_ALLOC(index + 1);
  const std::size_t bytes = CPU_ALLOC_SIZE(index + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(index, bytes, set);
  const int failed = ::sched_setaffinity(0, bytes, set);
  const int reason = errno;
  CPU_FREE(set);
  if (failed == 0) return Done{};
  return Error{"worker", fmt::format("cannot pin to core {}: {}", core, std::strerror(reason)),
               "set pin: false"};
}

}  // namespace rookery
