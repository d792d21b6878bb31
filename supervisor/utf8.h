// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629).
#pragma once

#include <cstddef>
#include <string_view>

namespace rookery {

// Bytes of the character that begins at `at`, 1 to 4; 0 if none valid begins there.
// Precondition: at < text.size().
std::size_t utf8_length_at(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

}  // namespace rookery
