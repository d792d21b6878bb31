#include "worker/test_delay.h"

#include <random>

namespace rookery {

std::int64_t test_delay_ms(const WorkerIdentity& worker, TaskId task, std::int32_t limit_ms) {
  if (limit_ms <= 0) return 0;
  std::seed_seq seed{static_cast<std::int64_t>(worker.slot),
                     static_cast<std::int64_t>(worker.incarnation), task};
  std::mt19937 random(seed);
  return static_cast<std::int64_t>(random() % (static_cast<std::uint32_t>(limit_ms) + 1));
}

}  // namespace rookery
