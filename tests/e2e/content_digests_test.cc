// Recordings that are known by their bytes, too: which of them a second run does again.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Arguments kDigests = {"--content-digests"};

class ContentDigests : public ::testing::Test {
 protected:
  void SetUp() override { write_digits(file(), 3, 1); }

  std::string file() const { return folder_ / "a.wav"; }
  std::string out() const { return folder_ / "out"; }

  // Runs on, and tells the hours of audio that were gone through.
  double hours_of_run(const Arguments& more) const {
    const ProgramEnd end = run(run_command(dtmf_model(), out(), {file()}, more));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    const auto summary = nlohmann::json::parse(read_bytes(out() + "/summary.json"));
    return summary["run_audio_hours"].get<double>();
  }
  std::string status() const { return run(rookery({"status", "--json", out()})).out; }

  void set_time_of_change(const timespec& time) const {
    const std::array<timespec, 2> times = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, file().c_str(), times.data(), 0), 0);
  }
  timespec time_of_change() const {
    struct stat status {};
    EXPECT_EQ(::stat(file().c_str(), &status), 0);
    return status.st_mtim;
  }

  TemporaryFolder folder_;
};

TEST_F(ContentDigests, ATouchedFileIsNotDoneAgain) {
  EXPECT_GT(hours_of_run(kDigests), 0);
  EXPECT_THAT(status(), HasSubstr(R"("sha256":")"));
  set_time_of_change({1'000'000'000, 0});
  EXPECT_EQ(hours_of_run(kDigests), 0);
  EXPECT_EQ(hours_of_run({}), 0) << "its new time of change is known";
  set_time_of_change({1'100'000'000, 0});
  EXPECT_GT(hours_of_run({}), 0) << "without digests it is another file";
}

TEST_F(ContentDigests, OtherBytesOfTheSameSizeAndTimeAreDoneAgain) {
  EXPECT_GT(hours_of_run(kDigests), 0);
  const std::string before = detections(out());
  const timespec time = time_of_change();
  write_digits(file(), 3, 2);
  set_time_of_change(time);
  EXPECT_EQ(hours_of_run({}), 0) << "size and time alone do not show it";
  EXPECT_GT(hours_of_run(kDigests), 0);
  const ProgramEnd fresh = run(run_command(dtmf_model(), folder_ / "fresh", {file()}));
  ASSERT_EQ(fresh.exit_code, 0) << fresh.err;
  EXPECT_EQ(detections(out()), detections(folder_ / "fresh"));
  EXPECT_NE(detections(out()), before);
}

TEST_F(ContentDigests, MayBeAskedForOnAFolderThatWasMadeWithoutThem) {
  EXPECT_GT(hours_of_run({}), 0);
  EXPECT_THAT(status(), Not(HasSubstr("sha256")));
  EXPECT_EQ(hours_of_run(kDigests), 0);
  EXPECT_THAT(status(), HasSubstr(R"("sha256":")")) << "it is filled in";
  EXPECT_EQ(hours_of_run({}), 0);
  EXPECT_THAT(status(), HasSubstr(R"("sha256":")")) << "and stays";
}

}  // namespace
}  // namespace rookery::e2e
