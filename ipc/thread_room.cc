#include "ipc/thread_room.h"

#include <latch>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace rookery {

Status room_for_threads(std::size_t count, const char* whose) {
  std::latch all_started(1);
  std::vector<std::jthread> threads;
  Status room = Done{};
  try {
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&] { all_started.wait(); });
  } catch (const std::system_error& refused) {
    room = Error{"start",
                 std::to_string(count) + " threads of " + whose +
                     " cannot be had: " + refused.code().message(),
                 "check the limits on processes (ulimit -u, pids.max), or set workers to less"};
  }
  all_started.count_down();
  return room;
}

}  // namespace rookery
