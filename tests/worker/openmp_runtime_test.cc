#include "worker/openmp_runtime.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace rookery {
namespace {

using ::testing::HasSubstr;

// As LibTorch would, which this program does not load.
class OpenmpRuntime : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::dlopen("libgomp.so.1", RTLD_NOW | RTLD_GLOBAL), nullptr) << ::dlerror();
  }
  ~OpenmpRuntime() override { ::unsetenv("ROOKERY_OPENMP"); }
};

TEST_F(OpenmpRuntime, IsFoundByWhatAnswers) { EXPECT_THAT(openmp_library(), HasSubstr("libgomp")); }

TEST_F(OpenmpRuntime, ThatIsWantedIsTaken) {
  EXPECT_TRUE(check_openmp_runtime().ok()) << "nobody wants any";
  ::setenv("ROOKERY_OPENMP", "libgomp", 1);
  EXPECT_TRUE(check_openmp_runtime().ok());
}

TEST_F(OpenmpRuntime, OtherThanTheWantedOneIsRefusedNamingBoth) {
  ::setenv("ROOKERY_OPENMP", "libomp", 1);
  const Status refused = check_openmp_runtime();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().stage, "start");
  EXPECT_THAT(refused.error().reason, HasSubstr("openmp is libomp"));
  EXPECT_THAT(refused.error().reason, HasSubstr("libgomp"));
}

}  // namespace
}  // namespace rookery
