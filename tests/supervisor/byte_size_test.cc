#include "supervisor/byte_size.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(ByteSize, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_byte_size("4096"), 4096);
  EXPECT_EQ(parse_byte_size("500M"), std::int64_t{500} << 20);
  EXPECT_EQ(parse_byte_size("1.5G"), std::int64_t{3} << 29);
  EXPECT_EQ(parse_byte_size("2T"), std::int64_t{2} << 40);
}

TEST(ByteSize, RefusesWhatIsNone) {
  for (const char* text :
       {"", "none", "G", "2g", "2GB", "-1", "0", "0.1", "1e3", "99999999T", "nan", "inf", " 2G"}) {
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace rookery
