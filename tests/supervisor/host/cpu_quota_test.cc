#include "supervisor/host/cpu_quota.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace rookery {
namespace {

namespace fs = std::filesystem;

// A made-up /proc and /sys/fs/cgroup.
class CpuQuota : public testing::Test {
 protected:
  CpuQuota() {
    root_ = fs::path(testing::TempDir()) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& relative, const std::string& text) {
    fs::create_directories((root_ / relative).parent_path());
    std::ofstream(root_ / relative) << text;
  }
  std::optional<double> quota() const { return cpu_quota({root_ / "proc", root_ / "cgroup"}); }

 private:
  fs::path root_;
};

TEST_F(CpuQuota, IsAbsentWhereNoGroupSetsOne) {
  write("proc/self/cgroup", "0::/job\n");
  write("cgroup/job/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(CpuQuota, IsReadFromVersion2) {
  write("proc/self/cgroup", "0::/job\n");
  write("cgroup/job/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(CpuQuota, IsTheSmallestOnTheWayToTheRoot) {
  write("proc/self/cgroup", "0::/slice/job\n");
  write("cgroup/slice/job/cpu.max", "400000 100000\n");
  write("cgroup/slice/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota(), 2.0);
}

TEST_F(CpuQuota, IsReadFromVersion1) {
  write("proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/job\n");
  write("cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
  write("cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 3.0);
}

TEST_F(CpuQuota, IsAbsentInVersion1WhenNegative) {
  write("proc/self/cgroup", "4:cpu:/job\n");
  write("cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  write("cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(CpuQuota, IsFoundAtTheMountInsideAContainer) {
  write("proc/self/cgroup", "0::/docker/abc\n");
  write("cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota(), 0.5);
}

}  // namespace
}  // namespace rookery
