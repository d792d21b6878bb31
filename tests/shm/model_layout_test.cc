// The store printed in MODEL_LAYOUT.md is one, and is what its description says.
#include "shm/model_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "shm/model_store.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kExampleDigest =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// The bytes of the page's lines "    offset: 16 bytes  note".
std::string printed_store() {
  std::ifstream page(ROOKERY_MODEL_LAYOUT_PAGE);
  std::string bytes;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("    ") || line.size() < 57 || line[8] != ':') continue;
    std::istringstream numbers(line.substr(10, 47));
    for (unsigned value = 0; numbers >> std::hex >> value;) {
      bytes.push_back(static_cast<char>(value));
    }
  }
  return bytes;
}

TEST(ModelLayout, ThePrintedStoreIsReadAsDescribed) {
  auto memory = memfd_with("test", printed_store());
  ASSERT_TRUE(memory.ok());
  const auto store = ModelStore::attach(*std::move(memory), kExampleDigest);
  ASSERT_TRUE(store.ok()) << to_string(store.error());
  EXPECT_EQ(store->total_bytes(), 272);
  EXPECT_EQ(store->skeleton(), "PK..");
  ASSERT_EQ(store->tensors().size(), 1u);
  const TensorView& tensor = store->tensors()[0];
  EXPECT_EQ(tensor.name, "fc.w");
  EXPECT_EQ(tensor.dtype, Dtype::kFloat32);
  EXPECT_THAT(tensor.sizes, ElementsAre(2, 2));
  EXPECT_THAT(tensor.strides, ElementsAre(1, 2));
  const auto* values = reinterpret_cast<const float*>(tensor.data.data());
  EXPECT_THAT(std::span(values, 4), ElementsAre(1, 3, 2, 4));
}

TEST(ModelLayout, PublishingTheExampleWritesThePrintedBytes) {
  const std::array<std::int64_t, 2> sizes = {2, 2};
  const std::array<std::int64_t, 2> strides = {1, 2};
  const std::array<float, 4> values = {1, 3, 2, 4};
  const std::array tensors = {
      TensorView{"fc.w", Dtype::kFloat32, sizes, strides, std::as_bytes(std::span(values))}};
  const auto memory =
      publish_model({.tensors = tensors, .skeleton = "PK..", .digest = kExampleDigest});
  ASSERT_TRUE(memory.ok());
  const std::span<const std::byte> bytes = memory->bytes();
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
            printed_store());
}

}  // namespace
}  // namespace rookery
