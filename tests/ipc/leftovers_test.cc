// Whatever end a process takes, nothing of its sockets and shared memory stays.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <string>

#include "ipc/channel.h"
#include "shm/beacon.h"
#include "shm/model_store.h"
#include "tests/ipc/child_program.h"
#include "tests/ipc/temporary_directory.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// Those of ours: other programs of the host use /dev/shm too.
std::set<std::string> rookery_files(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.find("rookery") != std::string::npos) names.insert(name);
  }
  return names;
}

TEST(Leftovers, NothingStaysOfAProcessKilledWithStoreBeaconAndSocketOpen) {
  const TemporaryDirectory directory;
  const auto before = rookery_files("/dev/shm");
  ChildProgram child({"--hold"});
  ASSERT_EQ(child.read_line(), "holding");
  EXPECT_TRUE(directory.is_empty());
  EXPECT_EQ(rookery_files("/dev/shm"), before);
  child.kill();
  EXPECT_TRUE(directory.is_empty());
  EXPECT_EQ(rookery_files("/dev/shm"), before);
}

// Where the descriptors lead to that an exec'd child finds open, the pipes to it apart.
std::multiset<std::string> handed_down() {
  ChildProgram child({"--list"});
  std::multiset<std::string> targets;
  for (std::string line = child.read_line(); !line.empty(); line = child.read_line()) {
    targets.insert(line);
  }
  EXPECT_GT(std::erase_if(targets, [](const auto& target) { return target.starts_with("pipe:"); }),
            0U);
  return targets;
}

// What a process of ours does not mean to hand down, exec takes away.
TEST(Leftovers, AnExecdChildHasNoneOfTheDescriptors) {
  const auto before = handed_down();
  const auto channel = SupervisorChannel::open();
  const auto beacon = Beacon::create(4);
  const auto memory = memfd_with("test", "bytes");
  ASSERT_TRUE(channel.ok() && beacon.ok() && memory.ok());
  EXPECT_EQ(handed_down(), before);
}

int hold() {
  const auto channel = SupervisorChannel::open();
  const auto beacon = Beacon::create(4);
  const auto store = publish_model(
      {.tensors = {}, .skeleton = "skeleton", .digest = std::string(kDigestChars, 'a')});
  if (!channel || !beacon || !store) return 2;
  std::puts("holding");
  std::fflush(stdout);
  for (;;) std::getchar();
}

// Where the descriptors from 1 on lead to, the program's own file apart.
int list_descriptors() {
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the listing's own descriptor
    const std::string target = fs::read_symlink(entry.path(), gone);
    if (!gone && target.find("/proc/") != 0) std::puts(target.c_str());
  }
  return 0;
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  const std::string mode = argc == 2 ? argv[1] : "";
  if (mode == "--hold") return rookery::hold();
  if (mode == "--list") return rookery::list_descriptors();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
