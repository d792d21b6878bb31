// A run of the loop over a list of made-up recordings, with a pool that follows a script.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <string>
#include <utility>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_pool.h"
#include "tests/fakes/memory_journal.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {

// Names of up to `most` made-up recordings of up to `longest` segments, some of them faulty.
inline std::string any_list(int most, int longest) {
  std::string list;
  const auto count = *rc::gen::inRange(0, most + 1);
  for (int index = 0; index < count; ++index) {
    const std::string kind =
        *rc::gen::element<std::string>("rec", "rec", "rec", "bad", "cut", "nan");
    list += kind + std::to_string(index) + "-" + std::to_string(*rc::gen::inRange(0, longest + 1)) +
            "\n";
  }
  return list;
}

struct Ended {
  RunReport report;
  MemoryJournal journal;
  SilentObserver observer;
  std::size_t most_held = 0;
};

inline void run_list(const std::string& list, FakePoolScript pool_script, Ended& ended,
                     const WorkShape& work = shape(), const SpeedSettings& speed = {}) {
  auto inputs = InputSource::open({"-"}, listed(list));
  FakePool pool(std::move(pool_script));
  RunningClock clock;
  ASSERT_TRUE(ended.journal.begin_run().ok());
  RunLoop loop({inputs.value(), pool, clock, ended.observer}, {{work, &ended.journal}}, speed);
  ended.report = loop.run();
  ended.most_held = pool.most_held();
}

}  // namespace rookery
