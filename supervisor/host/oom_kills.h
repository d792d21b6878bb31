// Processes that the kernel killed for memory.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "supervisor/clock.h"
#include "supervisor/host/control_groups.h"

namespace rookery {

// Follows the kernel's count of such kills in this process's control group. It counts kills, not
// whom: one that is followed by no death of ours within seconds was somebody else's.
class OomKills {
 public:
  explicit OomKills(const HostFiles& files = {});

  // Reads the count if the last reading is a second old: call it now and then.
  void tick(TimePoint now);
  // One of our processes died by SIGKILL: whether that was the kernel for memory. Each kill is the
  // answer for one death.
  bool explains_death(TimePoint now);

 private:
  void look(TimePoint now);
  std::optional<std::int64_t> count() const;

  std::filesystem::path file_;  // empty: nobody counts
  std::int64_t seen_ = 0;
  std::int64_t unexplained_ = 0;  // kills that no death was seen of
  TimePoint risen_at_;
  TimePoint looked_at_;
};

// Has the kernel, when memory runs out, choose this process before those that are as large and
// before the supervisor; the kernel adds half of all memory to its size. A process that is gone is
// passed over.
void offer_to_oom_killer(pid_t pid, const HostFiles& files = {});

}  // namespace rookery
