// A recording whose file changed while it was read is not told as done: its rows may be of two
// files.
#include "supervisor/recording_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "supervisor/inputs/inputs.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

class ChangedFile : public ::testing::Test {
 protected:
  AdmittedRecording admit() const {
    const FileIdentity identity = identify(path_);
    AdmittedRecording admitted{{0, "a.wav", path_}, {}, identity.size_bytes, false};
    admitted.file_mtime_ns = identity.mtime_ns;
    return admitted;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.write("a.wav", "some audio");
};

TEST_F(ChangedFile, IsNoFaultOfAFileThatStayed) {
  EXPECT_EQ(fault_of_changed_file(admit()), std::nullopt);
}

TEST_F(ChangedFile, IsSeenByItsSize) {
  const AdmittedRecording admitted = admit();
  const auto time = std::filesystem::last_write_time(path_);
  std::filesystem::resize_file(path_, 3);
  std::filesystem::last_write_time(path_, time);
  const auto fault = fault_of_changed_file(admitted);
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->reason, HasSubstr("changed"));
}

TEST_F(ChangedFile, IsSeenByItsTimeOfChange) {
  const AdmittedRecording admitted = admit();
  const auto time = std::filesystem::last_write_time(path_);
  std::filesystem::last_write_time(path_, time + std::chrono::seconds(1));
  EXPECT_TRUE(fault_of_changed_file(admitted));
}

TEST_F(ChangedFile, WasReadToItsEndIfItIsGone) {
  const AdmittedRecording admitted = admit();
  std::filesystem::remove(path_);
  EXPECT_EQ(fault_of_changed_file(admitted), std::nullopt);
}

}  // namespace
}  // namespace rookery
