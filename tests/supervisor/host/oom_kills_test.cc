#include "supervisor/host/oom_kills.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/fakes/fake_clock.h"
#include "tests/supervisor/host/made_up_host.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

class OomKillsTest : public testing::Test {
 protected:
  void count_v1(int kills) const {
    host_.write("cgroup/memory/job/memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill " + std::to_string(kills) + "\n");
  }
  void count_v2(int kills) const {
    host_.write("cgroup/job/memory.events", "low 0\nhigh 0\nmax 9\noom 7\noom_kill " +
                                                std::to_string(kills) + "\noom_group_kill 0\n");
  }

  MadeUpHost host_;
  FakeClock clock_;
};

TEST_F(OomKillsTest, ExplainADeathWhenTheCountRoseSinceTheLastLook) {
  host_.write("proc/self/cgroup", "4:memory:/job\n0::/\n");
  count_v1(3);
  OomKills kills(host_.files());
  EXPECT_FALSE(kills.explains_death(clock_.now())) << "killed by somebody";
  count_v1(4);
  EXPECT_TRUE(kills.explains_death(clock_.now()));
  EXPECT_FALSE(kills.explains_death(clock_.now())) << "one kill, one death";
}

TEST_F(OomKillsTest, AreReadFromVersion2) {
  host_.write("proc/self/cgroup", "0::/job\n");
  count_v2(0);
  OomKills kills(host_.files());
  count_v2(2);
  EXPECT_TRUE(kills.explains_death(clock_.now()));
  EXPECT_TRUE(kills.explains_death(clock_.now()));
  EXPECT_FALSE(kills.explains_death(clock_.now()));
}

TEST_F(OomKillsTest, SeenAMomentBeforeTheDeathStillExplainIt) {
  host_.write("proc/self/cgroup", "0::/job\n");
  count_v2(0);
  OomKills kills(host_.files());
  count_v2(1);
  kills.tick(clock_.now());
  clock_.advance(milliseconds(3000));
  EXPECT_TRUE(kills.explains_death(clock_.now()));
}

TEST_F(OomKillsTest, OfSomebodyElseExplainNoDeathLongAfter) {
  host_.write("proc/self/cgroup", "0::/job\n");
  count_v2(0);
  OomKills kills(host_.files());
  count_v2(1);
  kills.tick(clock_.now());
  clock_.advance(milliseconds(11'000));
  EXPECT_FALSE(kills.explains_death(clock_.now()));
}

TEST_F(OomKillsTest, ExplainNothingWhereNobodyCounts) {
  OomKills kills(host_.files());
  EXPECT_FALSE(kills.explains_death(clock_.now()));
}

TEST_F(OomKillsTest, AreOfferedAProcessAndPassOverOneThatIsGone) {
  host_.write("proc/77/oom_score_adj", "0\n");
  offer_to_oom_killer(77, host_.files());
  offer_to_oom_killer(78, host_.files());
  std::ifstream file(host_.file("proc/77/oom_score_adj"));
  int offer = 0;
  EXPECT_TRUE(file >> offer);
  EXPECT_GT(offer, 0);
}

}  // namespace
}  // namespace rookery
