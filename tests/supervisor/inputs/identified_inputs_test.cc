// What inputs are known by, and that looking at their bytes holds nobody up.
#include "supervisor/inputs/identified_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "tests/listed.h"
#include "tests/temporary_folder.h"
#include "worker/model_digest.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kNeverReadThrough = std::int64_t{1} << 42;

IdentifiedInput wait_for_next(IdentifiedInputs& inputs) {
  while (true) {
    if (auto input = inputs.next()) return std::move(*input);
    std::this_thread::yield();
  }
}

std::vector<IdentifiedInput> all(const std::vector<std::string>& arguments, bool content_digests) {
  auto source = InputSource::open(arguments, listed(""));
  IdentifiedInputs inputs(source.value(), content_digests);
  std::vector<IdentifiedInput> found;
  while (true) {
    IdentifiedInput input = wait_for_next(inputs);
    if (std::holds_alternative<EndOfInputs>(input.item)) return found;
    found.push_back(std::move(input));
  }
}

std::vector<std::string> digests_of(const std::vector<IdentifiedInput>& inputs) {
  std::vector<std::string> digests;
  digests.reserve(inputs.size());
  for (const IdentifiedInput& input : inputs) digests.push_back(input.identity.content_digest);
  return digests;
}

TEST(IdentifiedInputs, HaveTheDigestsOfTheirBytesInTheirOrder) {
  const TemporaryFolder folder;
  folder.write("in/a.wav", "one");
  folder.write("in/b.wav", "");
  std::filesystem::create_directory(folder.path() / "in/c.wav");
  folder.write("in/d.wav", std::string(3'000'000, 'x'));
  const auto found = all({folder / "in"}, true);
  EXPECT_THAT(digests_of(found), ElementsAre(digest_of("one"), digest_of(""), "",
                                             digest_of(std::string(3'000'000, 'x'))));
  EXPECT_EQ(std::get<Recording>(found.at(3).item).path, folder / "in/d.wav");
  EXPECT_EQ(found.at(3).identity.size_bytes, 3'000'000);
}

TEST(IdentifiedInputs, AreKnownBySizeAndTimeAloneUnlessDigestsAreAskedFor) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.wav", "one");
  const auto found = all({path}, false);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front().identity, identify(path));
  EXPECT_EQ(found.front().identity.content_digest, "");
}

// Reading it through would take hours: that a call comes back, and the end, too, is the proof.
TEST(IdentifiedInputs, AreNotWaitedForAndTakenAheadInNumbersThatAreBounded) {
  const TemporaryFolder folder;
  const std::string endless = folder.write("a.wav");
  std::filesystem::resize_file(endless, kNeverReadThrough);
  std::string list = endless + "\n";
  for (int i = 0; i < 1000; ++i) list += "x" + std::to_string(i) + ".wav\n";
  auto source = InputSource::open({"-"}, listed(list));
  {
    IdentifiedInputs inputs(source.value(), true);
    for (int i = 0; i < 1000; ++i) ASSERT_FALSE(inputs.next().has_value());
  }
  EXPECT_LT(std::get<Recording>(source->next()).position, 100);
}

}  // namespace
}  // namespace rookery
