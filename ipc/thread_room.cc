#include "ipc/thread_room.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <latch>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace rookery {
namespace {

using namespace std::chrono_literals;

// Far more than a thread that has been joined needs to leave; a debugger may hold it for ever.
constexpr auto kPatience = 1s;

// Holds every thread until all have been asked for. An Error says why one was refused.
Status start_at_once(std::vector<pid_t>& started) {
  std::latch all_asked_for(1);
  std::vector<std::jthread> threads;
  Status room = Done{};
  try {
    for (pid_t& id : started) {
      threads.emplace_back([&] {
        id = ::gettid();
        all_asked_for.wait();
      });
    }
  } catch (const std::system_error& refused) {
    room = Error{"start", refused.code().message(), ""};
  }
  all_asked_for.count_down();
  return room;
}

// The kernel counts a thread against the limits for a moment after it was joined.
void wait_until_gone(const std::vector<pid_t>& threads) {
  const auto given_up_at = std::chrono::steady_clock::now() + kPatience;
  for (const pid_t id : threads) {
    while (id > 0 && ::tgkill(::getpid(), id, 0) == 0) {
      if (std::chrono::steady_clock::now() > given_up_at) return;
      std::this_thread::sleep_for(20us);
    }
  }
}

}  // namespace

Status room_for_threads(std::size_t count, const char* whose) {
  std::vector<pid_t> threads(count, 0);
  const Status room = start_at_once(threads);
  wait_until_gone(threads);
  if (room) return Done{};
  return Error{
      "start",
      std::to_string(count) + " threads of " + whose + " cannot be had: " + room.error().reason,
      "check the limits on processes (ulimit -u, pids.max), or set workers to less"};
}

}  // namespace rookery
