#include "supervisor/recording_key.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "supervisor/utf8.h"

namespace rookery {
namespace {

// Bytes among which escapes, and what nearly is one, come up often.
rc::Gen<std::string> key_bytes() {
  const auto telling =
      rc::gen::elementOf(std::string("\\\\\\xx0159abcfAF/.\xff\x80\xc3\xa9\xe2\x82"));
  return rc::gen::container<std::string>(rc::gen::oneOf(telling, rc::gen::arbitrary<char>()));
}

RC_GTEST_PROP(RecordingKey, ComesBackFromItsTextWhateverItsBytes, ()) {
  const std::string key = *key_bytes();
  RC_ASSERT(decode_key(encode_key(key)) == key);
}

RC_GTEST_PROP(RecordingKey, TextIsAlwaysUtf8, ()) { RC_ASSERT(is_utf8(encode_key(*key_bytes()))); }

RC_GTEST_PROP(RecordingKey, Utf8WithoutBackslashesStaysAsItIs, ()) {
  const std::vector<std::string> characters = {"a", "x", "/", " ", "\n", "é", "鳥", "🐦", "\x7f"};
  std::string key;
  for (const std::string& character :
       *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(characters))) {
    key += character;
  }
  RC_ASSERT(encode_key(key) == key);
}

TEST(RecordingKey, WritesForeignBytesAsLowerCaseHex) {
  EXPECT_EQ(encode_key("caf\xe9.wav"), "caf\\xe9.wav");
  EXPECT_EQ(encode_key("caf\xc3\xa9.wav"), "café.wav");
  EXPECT_EQ(encode_key("\xff\xfe"), "\\xff\\xfe");
}

TEST(RecordingKey, TellsAWrittenEscapeFromAByte) {
  EXPECT_EQ(encode_key("a\\xe9"), "a\\x5cxe9");
  EXPECT_EQ(encode_key("a\\b \\x \\xE9 \\xg0"), "a\\b \\x \\xE9 \\xg0");
}

TEST(Utf8, IsAsStrictAsRfc3629) {
  for (const char* valid : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                            "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(valid)) << valid;
  }
  for (const char* invalid :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(invalid)) << encode_key(invalid);
  }
}

}  // namespace
}  // namespace rookery
