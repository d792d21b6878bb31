// Tells runs that something else on the host slowed down from those that nothing did.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>

namespace rookery {

// Looks at the host's pace before and after a run, never at the run, so that what is left out does
// not depend on what was measured. A host is slow if its pace is below `least_share` of the fastest
// of the last looks; one that stays slow becomes the measure in time. Pure but for what it is
// given.
class QuietHost {
 public:
  // `pace`: as host_pace() gives it; 0, or a `least_share` of 0: never slow.
  QuietHost(double least_share, std::function<double()> pace);

  // A pace of an earlier session.
  void remember(double pace) { note(pace); }
  // Before a run: while the host is slow, up to kMostPauses pauses. `pause` returns false to end
  // it.
  void await(const std::function<bool()>& pause);
  // After it: whether the host was slow at its beginning or is now.
  bool disturbed();
  // Before the last run or after it, whichever was less.
  double pace() const { return pace_; }

  static constexpr int kMostPauses = 20;
  static constexpr std::size_t kLooks = 40;

 private:
  double look();
  bool is_slow(double pace) const;
  void note(double pace);

  double least_share_;
  std::function<double()> look_;
  std::deque<double> last_;
  double pace_ = 0;
};

}  // namespace rookery
