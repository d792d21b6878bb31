// A package compiled for another LibTorch or processor is refused before any of its code runs.
#include "worker/package_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/version.h>

#include "tests/temporary_folder.h"
#include "worker/package_model.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kFacts =
    R"({"libtorch": "VERSION", "cpu_features": [FEATURES], "batch_rows": 4, "row_shape": [1, 8],
        "takes": ["input", "lengths"]})";

class PackageFactsTest : public ::testing::Test {
 protected:
  std::string package(const std::string& version, const std::string& features) const {
    std::string text = kFacts;
    text.replace(text.find("VERSION"), 7, version);
    text.replace(text.find("FEATURES"), 8, features);
    folder_.write("model.pt2/rookery.json", text);
    return folder_ / "model.pt2";
  }
  static std::string refusal(const std::string& folder) {
    return PackageModel::load(folder, 1).error().reason;
  }

  const TemporaryFolder folder_;
};

TEST_F(PackageFactsTest, AreReadFromTheFolder) {
  const auto facts = read_package_facts(package("9.9.9", R"("avx2", "amx_bf16")"));
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->torch_version, "9.9.9");
  EXPECT_THAT(facts->cpu_features, ::testing::ElementsAre("avx2", "amx_bf16"));
  EXPECT_EQ(facts->batch_rows, 4);
  EXPECT_THAT(facts->row_shape, ::testing::ElementsAre(1, 8));
  EXPECT_FALSE(facts->takes_tokens);
  EXPECT_TRUE(facts->takes_lengths);
  EXPECT_FALSE(facts->carries_state);
}

TEST_F(PackageFactsTest, TellWhetherTheInputIsTokens) {
  folder_.write("model.pt2/rookery.json",
                R"({"libtorch": "1", "cpu_features": [], "batch_rows": 0, "row_shape": [8],
                    "takes": ["tokens"]})");
  EXPECT_TRUE(read_package_facts(folder_ / "model.pt2").value().takes_tokens);
}

TEST_F(PackageFactsTest, OfAnotherLibTorchAreRefused) {
  EXPECT_THAT(refusal(package("1.13.0", "")), AllOf(HasSubstr("1.13.0"), HasSubstr(TORCH_VERSION)));
}

TEST_F(PackageFactsTest, OfAnotherProcessorAreRefusedNamingWhatItLacks) {
  EXPECT_THAT(refusal(package(TORCH_VERSION, "\"avx2\", \"avx4096\"")),
              HasSubstr("this one lacks avx4096"));
}

TEST_F(PackageFactsTest, ThatAreMissingOrNoJsonAreRefused) {
  EXPECT_THAT(refusal(folder_ / "none.pt2"), HasSubstr("rookery.json"));
  folder_.write("model.pt2/rookery.json", "{\"libtorch\": 3}");
  EXPECT_THAT(refusal(folder_ / "model.pt2"), HasSubstr("rookery.json"));
}

TEST_F(PackageFactsTest, WithoutAPackageAreRefusedToo) {
  EXPECT_THAT(refusal(package(TORCH_VERSION, "")), HasSubstr("is no compiled package"));
}

}  // namespace
}  // namespace rookery
