#include "supervisor/host/worker_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

using Variables = std::map<std::string, std::string>;

Variables environment(const std::string& allocator, const std::string& openmp = "libgomp",
                      const Variables& given = {}) {
  const auto made = worker_environment(allocator, openmp, given);
  if (!made) throw std::runtime_error(to_string(made.error()));
  return {made->begin(), made->end()};
}

// The variables that are looked at as a test sets them, and not set afterwards.
class WorkerEnvironment : public ::testing::Test {
 protected:
  WorkerEnvironment() { unset(); }
  ~WorkerEnvironment() override { unset(); }

 private:
  static void unset() {
    for (const char* name :
         {"LD_PRELOAD", "MALLOC_CONF", "GLIBC_TUNABLES", "KMP_AFFINITY", "KMP_HOT_TEAMS_MODE",
          "GOMP_CPU_AFFINITY", "OMP_PLACES", "OMP_PROC_BIND"}) {
      ::unsetenv(name);
    }
  }
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
TEST_F(WorkerEnvironment, PreloadsNothingBeforeASanitizer) {
  EXPECT_FALSE(environment("jemalloc", "libomp").contains("LD_PRELOAD"));
}
#else
TEST_F(WorkerEnvironment, PreloadsAllocatorAndRuntimeBeforeWhatTheUserPreloads) {
  ::setenv("LD_PRELOAD", "/users/own.so", 1);
  EXPECT_THAT(environment("jemalloc", "libomp")["LD_PRELOAD"],
              MatchesRegex("/.*libjemalloc[^:]*:/.*libomp[^:]*:/users/own.so"));
  EXPECT_FALSE(environment("glibc").contains("LD_PRELOAD")) << "the user's own is inherited";
}
#endif

TEST_F(WorkerEnvironment, SaysWhichOpenmpRuntimeItMeans) {
  EXPECT_EQ(environment("glibc")["ROOKERY_OPENMP"], "libgomp");
  EXPECT_EQ(environment("glibc", "libomp")["ROOKERY_OPENMP"], "libomp");
}

TEST_F(WorkerEnvironment, KeepsLibompsThreadsWherePinnedUnlessTheUserPlacesThem) {
  EXPECT_EQ(environment("glibc", "libomp")["KMP_AFFINITY"], "disabled");
  EXPECT_EQ(environment("glibc", "libomp")["KMP_HOT_TEAMS_MODE"], "1");
  EXPECT_EQ(environment("glibc", "libomp", {{"KMP_AFFINITY", "compact"}})["KMP_AFFINITY"],
            "compact");
  EXPECT_FALSE(environment("glibc", "libomp", {{"OMP_PLACES", "cores"}}).contains("KMP_AFFINITY"));
  EXPECT_FALSE(environment("glibc", "libgomp").contains("KMP_AFFINITY"));
  ::setenv("OMP_PROC_BIND", "close", 1);
  EXPECT_FALSE(environment("glibc", "libomp").contains("KMP_AFFINITY")) << "inherited";
}

TEST_F(WorkerEnvironment, PutsTheUsersOptionsBehindThePresets) {
  EXPECT_EQ(environment("jemalloc-default", "libgomp",
                        {{"MALLOC_CONF", "narenas:1"}, {"KMP_BLOCKTIME", "0"}})["MALLOC_CONF"],
            "background_thread:false,narenas:1");
  EXPECT_EQ(environment("glibc-hugepages", "libgomp",
                        {{"GLIBC_TUNABLES", "glibc.malloc.arena_max=1"}})["GLIBC_TUNABLES"],
            "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1");
  EXPECT_EQ(environment("glibc", "libgomp", {{"MALLOC_CONF", "narenas:1"}})["MALLOC_CONF"],
            "narenas:1");
}

TEST_F(WorkerEnvironment, PutsInheritedOptionsBetweenThePresetsAndTheGivenOnes) {
  const std::string preset = environment("jemalloc")["MALLOC_CONF"];
  ::setenv("MALLOC_CONF", "stats_print:true", 1);
  EXPECT_EQ(environment("jemalloc")["MALLOC_CONF"], preset + ",stats_print:true");
  EXPECT_EQ(environment("jemalloc", "libgomp", {{"MALLOC_CONF", "narenas:1"}})["MALLOC_CONF"],
            preset + ",stats_print:true,narenas:1");
  EXPECT_FALSE(environment("glibc").contains("MALLOC_CONF")) << "it is inherited as it is";
}

TEST_F(WorkerEnvironment, GivesOtherVariablesAsTheyAre) {
  EXPECT_EQ(environment("jemalloc", "libgomp", {{"OMP_NUM_THREADS", "2"}})["OMP_NUM_THREADS"], "2");
}

TEST_F(WorkerEnvironment, AnUnknownAllocatorIsRefusedNamingThoseThereAre) {
  const auto refused = worker_environment("hoard");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().stage, "config");
  EXPECT_THAT(refused.error().reason, HasSubstr("hoard"));
  EXPECT_THAT(refused.error().remedy, HasSubstr("jemalloc-pytorch"));
}

}  // namespace
}  // namespace rookery
