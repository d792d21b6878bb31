#include "worker/sha256.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace rookery {

Sha256::Sha256() { sha256_init(&context_); }

void Sha256::add(std::string_view bytes) {
  sha256_update(&context_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

std::string Sha256::finish() {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest = {};
  sha256_digest(&context_, digest.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace rookery
