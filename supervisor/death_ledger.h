// Deaths that nothing in the run is to blame for: how long to wait before work is handed out again,
// and when to stop trying. Pure; time given from outside.
#pragma once

#include "supervisor/clock.h"

namespace rookery {

class DeathLedger {
 public:
  // An answer came: whatever killed the workers does not keep the run from going on.
  void progress() { in_a_row_ = 0; }
  // One that comes while nothing is handed out does not count: nothing was tried since the last
  // one, and whoever kills workers more often than the longest wait would put off the work for
  // ever.
  void uncharged_death(TimePoint now);

  // Nothing is to be handed out before: later and later, the more deaths in a row.
  TimePoint hand_out_after() const { return hand_out_after_; }
  // Too many in a row.
  bool hopeless() const;

 private:
  int in_a_row_ = 0;
  TimePoint hand_out_after_;
};

}  // namespace rookery
