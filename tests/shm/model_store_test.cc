#include "shm/model_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kDigest(kDigestChars, 'a');
const std::string kOtherDigest(kDigestChars, 'b');

// A tensor with its own memory.
struct OwnedTensor {
  std::string name;
  Dtype dtype = Dtype::kFloat32;
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
  std::vector<std::byte> data;

  TensorView view() const { return {name, dtype, sizes, strides, data}; }
};

OwnedTensor tensor(std::string name, Dtype dtype, std::vector<std::int64_t> sizes,
                   std::vector<std::int64_t> strides) {
  const std::int64_t extent = extent_bytes(dtype, sizes, strides);
  std::vector<std::byte> data(static_cast<std::size_t>(extent));
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 31 + 7);
  return {std::move(name), dtype, std::move(sizes), std::move(strides), std::move(data)};
}

SealedMemory publish(const std::vector<OwnedTensor>& tensors,
                     std::string_view skeleton = "module") {
  std::vector<TensorView> views;
  views.reserve(tensors.size());
  for (const OwnedTensor& owned : tensors) views.push_back(owned.view());
  auto memory = publish_model({.tensors = views, .skeleton = skeleton, .digest = kDigest});
  if (!memory) throw std::runtime_error(to_string(memory.error()));
  return *std::move(memory);
}

// A contiguous and a channels-last tensor, a scalar and an empty one.
std::vector<OwnedTensor> example_tensors() {
  return {tensor("conv.weight", Dtype::kFloat32, {4, 3, 2, 2}, {12, 1, 6, 3}),
          tensor("bn.num_batches_tracked", Dtype::kInt64, {}, {}),
          tensor("head.bias", Dtype::kBfloat16, {527}, {1}),
          tensor("none", Dtype::kBool, {0}, {1})};
}

// A store whose bytes were changed at `offset`.
SealedMemory tampered(const SealedMemory& original, std::size_t offset, std::string_view bytes) {
  std::string copy(reinterpret_cast<const char*>(original.bytes().data()), original.bytes().size());
  copy.replace(offset, bytes.size(), bytes);
  auto memory = memfd_with("test", copy);
  if (!memory) throw std::runtime_error(to_string(memory.error()));
  return *std::move(memory);
}

template <class Value>
SealedMemory with_value(const SealedMemory& original, std::size_t offset, const Value& value) {
  return tampered(original, offset, {reinterpret_cast<const char*>(&value), sizeof value});
}

std::string refusal(SealedMemory memory, std::string_view digest = kDigest) {
  const auto store = ModelStore::attach(std::move(memory), digest);
  if (store.ok()) {
    ADD_FAILURE() << "attached";
    return "";
  }
  EXPECT_EQ(store.error().stage, "model");
  return store.error().reason;
}

void expect_equal(const TensorView& found, const OwnedTensor& wanted) {
  EXPECT_EQ(found.name, wanted.name);
  EXPECT_EQ(found.dtype, wanted.dtype);
  EXPECT_TRUE(std::ranges::equal(found.sizes, wanted.sizes));
  EXPECT_TRUE(std::ranges::equal(found.strides, wanted.strides));
  EXPECT_TRUE(std::ranges::equal(found.data, wanted.data));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found.data.data()) % kTensorAlignment, 0u);
}

TEST(ModelStore, TensorsAndSkeletonAreFoundAsPublished) {
  const auto tensors = example_tensors();
  const SealedMemory memory = publish(tensors);
  auto store = ModelStore::attach(UniqueFd(::fcntl(memory.fd(), F_DUPFD_CLOEXEC, 0)), kDigest);
  ASSERT_TRUE(store.ok()) << to_string(store.error());
  ASSERT_EQ(store->tensors().size(), tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) expect_equal(store->tensors()[i], tensors[i]);
  EXPECT_EQ(store->skeleton(), "module");
  EXPECT_EQ(store->digest(), kDigest);
  // Also once the store was moved to where it stays.
  const ModelStore moved = *std::move(store);
  expect_equal(moved.tensors()[0], tensors[0]);
}

TEST(ModelStore, AModelWithoutTensorsIsAStoreToo) {
  const auto store = ModelStore::attach(publish({}, ""), kDigest);
  ASSERT_TRUE(store.ok()) << to_string(store.error());
  EXPECT_TRUE(store->tensors().empty());
  EXPECT_EQ(store->skeleton(), "");
}

RC_GTEST_PROP(ModelStore, AnyShapesAndNamesComeBack, ()) {
  std::vector<OwnedTensor> tensors;
  const int count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) {
    const auto dims = *rc::gen::inRange<std::size_t>(0, 5);
    const auto small = rc::gen::inRange<std::int64_t>(0, 5);
    tensors.push_back(tensor(*rc::gen::arbitrary<std::string>(),
                             static_cast<Dtype>(*rc::gen::inRange(1, 13)),
                             *rc::gen::container<std::vector<std::int64_t>>(dims, small),
                             *rc::gen::container<std::vector<std::int64_t>>(dims, small)));
  }
  const auto store = ModelStore::attach(publish(tensors), kDigest);
  RC_ASSERT(store.ok());
  for (std::size_t i = 0; i < tensors.size(); ++i) expect_equal(store->tensors()[i], tensors[i]);
}

TEST(ModelStore, TiedWeightsShareOneCopy) {
  const OwnedTensor owned = tensor("a", Dtype::kFloat32, {1000}, {1});
  TensorView tied = owned.view();
  tied.name = "b";
  const std::vector<TensorView> views = {owned.view(), tied};
  auto memory = publish_model({.tensors = views, .skeleton = "", .digest = kDigest});
  ASSERT_TRUE(memory.ok());
  EXPECT_LT(memory->bytes().size(), 5000u);
  const auto store = ModelStore::attach(*std::move(memory), kDigest);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(store->tensors()[0].data.data(), store->tensors()[1].data.data());
}

TEST(ModelStore, AnotherMagicVersionSizeOrDigestIsRefusedWithBothValues) {
  const SealedMemory memory = publish(example_tensors());
  EXPECT_THAT(refusal(tampered(memory, 0, "Somewhat")),
              AllOf(HasSubstr("\"Somewhat\""), HasSubstr("\"RookeryM\"")));
  EXPECT_THAT(refusal(with_value(memory, offsetof(ModelHeader, layout_version), 9u)),
              HasSubstr("layout version 9, wanted 1"));
  EXPECT_THAT(refusal(tampered(memory, offsetof(ModelHeader, digest), kOtherDigest)),
              AllOf(HasSubstr(kOtherDigest), HasSubstr(kDigest)));
  EXPECT_THAT(refusal(publish({}), kOtherDigest),
              AllOf(HasSubstr(kOtherDigest), HasSubstr(kDigest)));

  const std::uint64_t claimed = memory.bytes().size() + 64;
  EXPECT_THAT(refusal(with_value(memory, offsetof(ModelHeader, total_bytes), claimed)),
              HasSubstr("size " + std::to_string(memory.bytes().size()) + ", wanted " +
                        std::to_string(claimed)));
  auto stub = memfd_with("test", "RookeryM");
  ASSERT_TRUE(stub.ok());
  EXPECT_THAT(refusal(*std::move(stub)), HasSubstr("size 8, wanted at least 160"));
}

// Whatever a table claims: refused, or a store whose every byte can be read.
RC_GTEST_PROP(ModelStore, ACorruptTableNeverLeadsOutOfTheStore, ()) {
  static const SealedMemory kMemory = publish(example_tensors());
  const std::size_t data_offset = 160 + 4 * sizeof(TensorRecord);
  const auto word = *rc::gen::inRange<std::size_t>(0, data_offset / 8);
  const auto value =
      *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 4096),
                      rc::gen::just(std::numeric_limits<std::uint64_t>::max()));
  const auto store = ModelStore::attach(with_value(kMemory, 8 * word, value), kDigest);
  if (!store) {
    RC_ASSERT(store.error().stage == "model");
    return;
  }
  unsigned sum = 0;
  for (const TensorView& view : store->tensors()) {
    for (const std::byte byte : view.data) sum += static_cast<unsigned>(byte);
    for (const char c : view.name) sum += static_cast<unsigned char>(c);
  }
  for (const char c : store->skeleton()) sum += static_cast<unsigned char>(c);
  RC_LOG() << sum;
}

TEST(ModelStore, ADtypeThatIsNoneIsRefusedWithItsNumber) {
  const std::size_t offset = sizeof(ModelHeader) + offsetof(TensorRecord, dtype);
  EXPECT_THAT(refusal(with_value(publish(example_tensors()), offset, 77u)),
              HasSubstr("tensor 0: unknown element type 77"));
}

TEST(ModelStore, WhatCannotBeSharedIsRefusedByName) {
  OwnedTensor short_data = tensor("short", Dtype::kFloat32, {4}, {1});
  short_data.data.resize(15);
  OwnedTensor backwards = tensor("backwards", Dtype::kFloat32, {4}, {1});
  backwards.strides = {-1};
  for (const OwnedTensor& owned : {short_data, backwards}) {
    const std::vector<TensorView> views = {owned.view()};
    const auto memory = publish_model({.tensors = views, .skeleton = "", .digest = kDigest});
    ASSERT_FALSE(memory.ok());
    EXPECT_THAT(memory.error().reason, HasSubstr("tensor " + owned.name));
  }
  const auto no_digest = publish_model({.tensors = {}, .skeleton = "", .digest = "abc"});
  ASSERT_FALSE(no_digest.ok());
  EXPECT_THAT(no_digest.error().reason, HasSubstr("\"abc\""));
}

TEST(ModelStore, ExtentsFollowTheStridesAndNeverWrap) {
  using Dims = std::vector<std::int64_t>;
  const auto extent = [](const Dims& sizes, const Dims& strides) {
    return extent_bytes(Dtype::kFloat32, sizes, strides);
  };
  EXPECT_EQ(extent({}, {}), 4);
  EXPECT_EQ(extent({2, 3}, {3, 1}), 24);
  EXPECT_EQ(extent({2, 3}, {1, 2}), 24);   // transposed
  EXPECT_EQ(extent({2, 3}, {10, 1}), 52);  // rows of a wider matrix
  EXPECT_EQ(extent({1000}, {0}), 4);       // one element expanded
  EXPECT_EQ(extent({0, 5}, {5, 1}), 0);
  EXPECT_EQ(extent({2}, {1, 1}), -1);
  EXPECT_EQ(extent({-1}, {1}), -1);
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(extent({huge}, {huge}), -1);
  EXPECT_EQ(extent({huge}, {1}), -1);
  EXPECT_EQ(extent({huge, huge}, {1, 1}), -1);
}

TEST(ModelStore, DtypeNumbersAreFrozen) {
  const std::array names = {"bool",    "uint8",    "int8",    "int16",   "int32",     "int64",
                            "float16", "bfloat16", "float32", "float64", "complex64", "complex128"};
  for (std::uint32_t number = 1; number <= names.size(); ++number) {
    EXPECT_EQ(to_string(static_cast<Dtype>(number)), names[number - 1]);
    EXPECT_GT(element_bytes(static_cast<Dtype>(number)), 0);
  }
  EXPECT_EQ(element_bytes(static_cast<Dtype>(0)), 0);
  EXPECT_EQ(element_bytes(static_cast<Dtype>(13)), 0);
}

}  // namespace
}  // namespace rookery
