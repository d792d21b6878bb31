// Sizes as people write them: 500M, 2G, 1.5G, 4096.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rookery {

// In bytes, more than none; K, M, G and T are powers of 1024.
std::optional<std::int64_t> parse_byte_size(const std::string& text);

}  // namespace rookery
