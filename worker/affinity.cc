#include "worker/affinity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rookery {

Status pin_this_thread(const CoreSet& cores) {
  if (cores.empty()) return Done{};
  const auto room = static_cast<std::size_t>(*std::ranges::max_element(cores)) + 1;
  cpu_set_t* set = CPU_ALLOC(room);
  const std::size_t bytes = CPU_ALLOC_SIZE(room);
  CPU_ZERO_S(bytes, set);
  for (const std::int32_t core : cores) CPU_SET_S(static_cast<std::size_t>(core), bytes, set);
  const int failed = ::sched_setaffinity(0, bytes, set);
  const int reason = errno;
  CPU_FREE(set);
  if (failed == 0) return Done{};
  return Error{"worker",
               fmt::format("cannot pin to {} {}: {}", cores.size() == 1 ? "core" : "cores",
                           fmt::join(cores, ", "), std::strerror(reason)),
               "set pin: false"};
}

}  // namespace rookery
