#include "worker/model_digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"

namespace rookery {
namespace {

class ModelDigest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string file_ = folder_ / "model";
};

TEST_F(ModelDigest, IsTheSha256OfTheFile) {
  // The example of FIPS 180: a million letters a.
  std::ofstream(file_) << std::string(1'000'000, 'a');
  EXPECT_EQ(model_digest(file_).value(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(ModelDigest, ReadsFilesLongerThanOneChunk) {
  std::ofstream(file_) << std::string(3 << 20, 'a');
  EXPECT_EQ(model_digest(file_).value(),
            "6f850bc94ae6f7de14297c01616c36d712d22864497b28a63b81d776b035e656");  // by sha256sum
}

TEST_F(ModelDigest, OfAPackageTakesNamesAndContentsOfItsFiles) {
  const std::filesystem::path package = file_ + ".pt2";
  std::filesystem::create_directories(package / "inner");
  std::ofstream(package / "inner/b") << "2";
  std::ofstream(package / "a") << "1";
  // sha256sum of "DIGEST NAME" lines of sha256sum.
  EXPECT_EQ(model_digest(package).value(),
            "a6f0f3e003a1def8f4d76438fea27ac4a092f574caff88ae4312c8d3bd7eab2a");
  std::filesystem::rename(package / "a", package / "c");
  EXPECT_NE(model_digest(package).value(),
            "a6f0f3e003a1def8f4d76438fea27ac4a092f574caff88ae4312c8d3bd7eab2a");
}

TEST_F(ModelDigest, RefusesWhatIsNoRegularFile) {
  EXPECT_THAT(model_digest("/").error().reason, ::testing::HasSubstr("not a regular file"));
  EXPECT_THAT(model_digest(file_ + "-none").error().reason, ::testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace rookery
