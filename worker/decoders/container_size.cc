#include "worker/decoders/container_size.h"

#include <array>
#include <bit>
#include <string>

namespace rookery {
namespace {

// Sizes beyond it are damage, no promise.
constexpr std::int64_t kAbsurdBytes = std::int64_t{1} << 53;

constexpr std::int64_t kTwoGib = 0x80000000;
constexpr std::int64_t kFourGib = 0x100000000;
constexpr std::int64_t kMostHeaderBytes = 0x10000;

constexpr std::int64_t kCafHeaderBytes = 8;
constexpr std::int64_t kCafChunkHeaderBytes = 12;

std::string text_at(RegularFile& file, std::int64_t position) {
  std::array<char, 4> text{};
  file.read_at(position, std::as_writable_bytes(std::span(text)));
  return {text.data(), text.size()};
}

std::int64_t number_at(RegularFile& file, std::int64_t position, std::size_t size,
                       std::endian order) {
  std::array<std::byte, 8> bytes{};
  file.read_at(position, std::span(bytes).first(size));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::byte next = order == std::endian::big ? bytes[i] : bytes[size - 1 - i];
    value = value << 8 | std::to_integer<std::uint64_t>(next);
  }
  return static_cast<std::int64_t>(value);
}

// 0x7fffffff, 0x80000000 or 0xffffffff, less a header, or such a size and a header.
bool is_placeholder(std::int64_t size) {
  const bool two_gib = size > kTwoGib - kMostHeaderBytes && size < kTwoGib + kMostHeaderBytes;
  return two_gib || size > kFourGib - kMostHeaderBytes;
}

std::optional<std::int64_t> size_field(RegularFile& file, std::int64_t position,
                                       std::endian order) {
  const std::int64_t size = number_at(file, position, 4, order);
  if (is_placeholder(size)) return std::nullopt;
  return size;
}

std::optional<std::int64_t> plus(std::optional<std::int64_t> size, std::int64_t header) {
  if (!size || *size < 0 || *size > kAbsurdBytes) return std::nullopt;
  return *size + header;
}

}  // namespace

std::optional<std::int64_t> claimed_bytes(RegularFile& file) {
  using std::endian;
  const std::string magic = text_at(file, 0);
  if (magic == "RIFF") return plus(size_field(file, 4, endian::little), 8);
  if (magic == "RIFX" || magic == "FORM") return plus(size_field(file, 4, endian::big), 8);
  if (magic == "RF64") return plus(number_at(file, 20, 8, endian::little), 8);
  if (magic == "riff") return plus(number_at(file, 16, 8, endian::little), 0);
  if (magic == ".snd") {
    return plus(size_field(file, 8, endian::big), number_at(file, 4, 4, endian::big));
  }
  if (magic == "dns.") {
    return plus(size_field(file, 8, endian::little), number_at(file, 4, 4, endian::little));
  }
  if (const auto audio = find_caf_audio(file)) return plus(audio->claimed, audio->begin);
  return std::nullopt;
}

std::optional<CafAudioChunk> find_caf_audio(RegularFile& file) {
  if (text_at(file, 0) != "caff") return std::nullopt;
  std::int64_t position = kCafHeaderBytes;
  while (position + kCafChunkHeaderBytes <= file.size()) {
    const std::int64_t size = number_at(file, position + 4, 8, std::endian::big);
    const std::int64_t begin = position + kCafChunkHeaderBytes;
    if (text_at(file, position) == "data") return CafAudioChunk{begin, size, file.size() - begin};
    if (size < 0 || size > file.size()) return std::nullopt;
    position = begin + size;
  }
  return std::nullopt;
}

}  // namespace rookery
