// Recording keys as text. Keys are bytes, as file names are; text formats want UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

// Valid UTF-8 stays as it is; a byte that is no part of valid UTF-8 becomes \xhh (lower-case hex),
// and a backslash that would read as such an escape becomes \x5c. The result is valid UTF-8, and
// decode_key() is its exact inverse, so different keys have different texts.
std::string encode_key(std::string_view bytes);

// Replaces each \xhh by its byte.
std::string decode_key(std::string_view text);

}  // namespace rookery
