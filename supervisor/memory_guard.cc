#include "supervisor/memory_guard.h"

#include <algorithm>
#include <cstdint>

namespace rookery {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
constexpr seconds kToFewer{5};
constexpr seconds kLongestStandstill{60};
constexpr seconds kToOver{5};
constexpr seconds kToMore{30};

std::int64_t wanted_bytes(const MemoryRoom& room) {
  const std::int64_t share = std::clamp(room.total_bytes / 20, 256 * kMegabyte, 2048 * kMegabyte);
  return std::min(share, room.total_bytes / 8);
}

bool is_short(const MemoryRoom& room) { return room.available_bytes < wanted_bytes(room); }

bool is_ample(const MemoryRoom& room) {
  return room.available_bytes >= wanted_bytes(room) + wanted_bytes(room) / 2;
}

}  // namespace

MemoryGuard::MemoryGuard(int workers) : all_(workers), advice_{true, workers} {}

MemoryAdvice MemoryGuard::look(const std::vector<MemoryRoom>& rooms, TimePoint now) {
  if (std::ranges::any_of(rooms, is_short)) {
    while_short(now);
  } else if (std::ranges::all_of(rooms, is_ample)) {
    while_over(now);
  } else {
    over_since_.reset();
  }
  return advice_;
}

void MemoryGuard::while_short(TimePoint now) {
  over_since_.reset();
  const auto next_wait = [this]() -> seconds {
    return advice_.workers > 1 ? kToFewer : kLongestStandstill;
  };
  if (!short_) {
    short_ = true;
    advice_.dispatch = false;
    next_step_ = now + next_wait();
  } else if (now >= next_step_ && advice_.workers > 1) {
    --advice_.workers;
    next_step_ = now + next_wait();
  } else if (now >= next_step_) {
    advice_.dispatch = true;
  }
}

void MemoryGuard::while_over(TimePoint now) {
  if (!over_since_) over_since_ = now;
  if (short_ && now - *over_since_ >= kToOver) {
    short_ = false;
    advice_.dispatch = true;
    next_step_ = now + kToMore;
  } else if (!short_ && advice_.workers < all_ && now >= next_step_) {
    ++advice_.workers;
    next_step_ = now + kToMore;
  }
}

}  // namespace rookery
