#include "supervisor/host/memory_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/supervisor/host/made_up_host.h"

namespace rookery {

void PrintTo(const MemoryRoom& room, std::ostream* out) {
  *out << room.available_bytes << " of " << room.total_bytes;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kGigabyte = std::int64_t{1'000'000} * 1024;

class MemoryRooms : public testing::Test {
 protected:
  MemoryRooms() {
    host_.write("proc/meminfo",
                "MemTotal:        8000000 kB\nMemFree:  100 kB\nMemAvailable:    6000000 kB\n");
  }

  MadeUpHost host_;
  const MemoryRoom host_room_{6 * kGigabyte, 8 * kGigabyte};
};

TEST_F(MemoryRooms, AreTheHostsAloneWithoutAGroup) {
  EXPECT_THAT(memory_rooms(host_.files()), ElementsAre(host_room_));
}

TEST_F(MemoryRooms, AreAlsoThoseOfEveryGroupWithALimit) {
  host_.write("proc/self/cgroup", "0::/slice/job\n");
  host_.write("cgroup/slice/job/memory.max", "max\n");
  host_.write("cgroup/slice/job/memory.current", "5000\n");
  host_.write("cgroup/slice/memory.max", "10000\n");
  host_.write("cgroup/slice/memory.current", "7000\n");
  host_.write("cgroup/slice/memory.stat", "anon 6000\nactive_file 500\ninactive_file 400\n");
  EXPECT_THAT(memory_rooms(host_.files()), ElementsAre(host_room_, MemoryRoom{3400, 10000}));
}

TEST_F(MemoryRooms, CountFromTheLimitAtWhichAGroupIsSlowedDown) {
  host_.write("proc/self/cgroup", "0::/job\n");
  host_.write("cgroup/job/memory.max", "10000\n");
  host_.write("cgroup/job/memory.high", "8000\n");
  host_.write("cgroup/job/memory.current", "8500\n");
  EXPECT_THAT(memory_rooms(host_.files()), ElementsAre(host_room_, MemoryRoom{0, 8000}));
}

TEST_F(MemoryRooms, AreReadFromVersion1WhichNamesAHugeLimitForNone) {
  host_.write("proc/self/cgroup", "5:memory:/job\n");
  host_.write("cgroup/memory/job/memory.limit_in_bytes", "20000\n");
  host_.write("cgroup/memory/job/memory.usage_in_bytes", "15000\n");
  host_.write("cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\n");
  host_.write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  host_.write("cgroup/memory/memory.usage_in_bytes", "15000\n");
  EXPECT_THAT(memory_rooms(host_.files()), ElementsAre(host_room_, MemoryRoom{7000, 20000}));
}

TEST(NoMemoryRooms, AreToldWhereNothingCanBeRead) {
  EXPECT_THAT(memory_rooms(MadeUpHost().files()), IsEmpty());
}

}  // namespace
}  // namespace rookery
