// Recordings that cannot be used: each is refused with a stage and words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "tests/worker/patched_wav.h"
#include "worker/recording_probe.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using testing::kChannelsOffset;
using testing::kRateOffset;
using testing::patch_wav;
using testing::TemporaryFolder;
using testing::write_wav;

struct BadInput {
  std::string name;
  std::function<void(const std::string& path)> make;
  std::string stage;
  std::string words;
};

void make_socket(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  ASSERT_EQ(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(descriptor);
}

std::vector<BadInput> bad_inputs() {
  using std::filesystem::create_symlink;
  return {
      {"missing", [](const std::string&) {}, "open", "no such file"},
      {"empty", [](const std::string& p) { testing::write_bytes(p, ""); }, "open", "empty"},
      {"dangling_link", [](const std::string& p) { create_symlink("nowhere", p); }, "open",
       "target does not exist"},
      {"link_to_itself", [](const std::string& p) { create_symlink(p, p); }, "open",
       "leads back to itself"},
      {"folder", [](const std::string& p) { std::filesystem::create_directory(p); }, "open",
       "a folder"},
      {"fifo", [](const std::string& p) { ::mkfifo(p.c_str(), 0600); }, "open", "a FIFO"},
      {"socket", make_socket, "open", "a socket"},
      {"link_to_dev_zero", [](const std::string& p) { create_symlink("/dev/zero", p); }, "open",
       "a character device"},
      {"link_to_dev_tty", [](const std::string& p) { create_symlink("/dev/tty", p); }, "open",
       "a character device"},
      {"text",
       [](const std::string& p) { testing::write_bytes(p, "No audio at all, just words."); },
       "probe", "not audio"},
      {"binary_rubbish",
       [](const std::string& p) { testing::write_bytes(p, std::string(100'000, '\x5A')); }, "probe",
       "not audio"},
      {"cut_in_the_header",
       [](const std::string& p) {
         write_wav(p, 1'000);
         std::filesystem::resize_file(p, 30);
       },
       "probe", "not audio"},
      {"no_channels", [](const std::string& p) { patch_wav(p, kChannelsOffset, 0, 2); }, "probe",
       ""},
      {"many_channels", [](const std::string& p) { patch_wav(p, kChannelsOffset, 9, 2); }, "probe",
       "9 channels"},
      {"absurd_channels", [](const std::string& p) { patch_wav(p, kChannelsOffset, 60'000, 2); },
       "probe", ""},
      {"rate_zero", [](const std::string& p) { patch_wav(p, kRateOffset, 0, 4); }, "probe", ""},
      {"rate_absurd", [](const std::string& p) { patch_wav(p, kRateOffset, 2'000'000'000, 4); },
       "probe", "2000000000 Hz"},
      {"rate_low", [](const std::string& p) { patch_wav(p, kRateOffset, 10, 4); }, "probe",
       "10 Hz"},
      {"no_sample", [](const std::string& p) { write_wav(p, 0); }, "probe", "no audio"},
      {"one_sample", [](const std::string& p) { write_wav(p, 1); }, "probe", "one sample"},
  };
}

class EveryBadInput : public ::testing::TestWithParam<BadInput> {};

TEST_P(EveryBadInput, IsRefusedWithAStageAndWords) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.wav");
  GetParam().make(path);
  const auto properties = probe_recording(path, {});
  ASSERT_FALSE(properties.ok());
  EXPECT_EQ(properties.error().stage, GetParam().stage);
  EXPECT_THAT(properties.error().reason, HasSubstr(GetParam().words));
  EXPECT_THAT(properties.error().reason, ::testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryBadInput, ::testing::ValuesIn(bad_inputs()),
                         [](const auto& bad_input) { return bad_input.param.name; });

}  // namespace
}  // namespace rookery
