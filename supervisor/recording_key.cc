#include "supervisor/recording_key.h"

#include <optional>

#include "supervisor/utf8.h"

namespace rookery {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kEscapeLength = 4;  // \xhh

void append_escape(std::string& text, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  text += "\\x";
  text += kHexDigits[value >> 4];
  text += kHexDigits[value & 0xF];
}

// The byte that an escape at `at` stands for, if there is one.
std::optional<char> escape_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\x" || at + kEscapeLength > text.size()) return std::nullopt;
  const std::size_t high = kHexDigits.find(text[at + 2]);
  const std::size_t low = kHexDigits.find(text[at + 3]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<char>(high << 4 | low);
}

}  // namespace

std::string encode_key(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length_at(bytes, at);
    if (length == 0 || escape_at(bytes, at)) {
      append_escape(text, bytes[at]);
      ++at;
    } else {
      text += bytes.substr(at, length);
      at += length;
    }
  }
  return text;
}

std::string decode_key(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::optional<char> byte = escape_at(text, at)) {
      bytes += *byte;
      at += kEscapeLength;
    } else {
      bytes += text[at];
      ++at;
    }
  }
  return bytes;
}

}  // namespace rookery
