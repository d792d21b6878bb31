#include "supervisor/bench/quiet_host.h"

#include <algorithm>
#include <utility>

namespace rookery {

QuietHost::QuietHost(double least_share, std::function<double()> pace)
    : least_share_(least_share), look_(std::move(pace)) {}

void QuietHost::await(const std::function<bool()>& pause) {
  pace_ = look();
  for (int i = 0; i < kMostPauses && is_slow(pace_) && pause(); ++i) pace_ = look();
  note(pace_);
}

bool QuietHost::disturbed() {
  const double after = look();
  pace_ = std::min(pace_, after);
  const bool slow = is_slow(pace_);
  note(after);
  return slow;
}

double QuietHost::look() { return least_share_ > 0 && look_ ? look_() : 0; }

bool QuietHost::is_slow(double pace) const {
  if (pace <= 0 || last_.empty()) return false;
  return pace < least_share_ * *std::max_element(last_.begin(), last_.end());
}

void QuietHost::note(double pace) {
  last_.push_back(pace);
  if (last_.size() > kLooks) last_.pop_front();
}

}  // namespace rookery
