#include "shm/page_placement.h"

#include <gtest/gtest.h>

#include "shm/sealed_memory.h"

namespace rookery {
namespace {

TEST(PagePlacement, PagesAreDealtOutOnSeveralNodesOnly) {
  EXPECT_FALSE(should_interleave(0));
  EXPECT_FALSE(should_interleave(1));
  EXPECT_TRUE(should_interleave(2));
  EXPECT_TRUE(should_interleave(8));
}

TEST(PagePlacement, PlacedMemoryCanBeFilledAndSealedOnThisHost) {
  auto builder = SealedMemoryBuilder::create("test", 8 << 20);
  ASSERT_TRUE(builder.ok());
  place_pages(builder->bytes());
  for (std::byte& byte : builder->bytes()) byte = std::byte{5};
  const auto memory = (*std::move(builder)).seal();
  ASSERT_TRUE(memory.ok());
  EXPECT_EQ(memory->bytes().back(), std::byte{5});
}

}  // namespace
}  // namespace rookery
