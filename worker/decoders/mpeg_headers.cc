#include "worker/decoders/mpeg_headers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace rookery {
namespace {

// The synchronisation, the version, the layer and the sample rate.
constexpr std::uint32_t kStreamBits = 0xFFFE0C00;

// More than the holes that a copy leaves in a file, or most pictures in a tag that is not known.
constexpr std::int64_t kSearchedBytes = std::int64_t{1} << 20;

// Two headers in a row come by chance in a megabyte of noise once in a thousand files.
constexpr int kFramesInARow = 3;

constexpr std::int64_t kId3v1Bytes = 128;
constexpr std::int64_t kApeHeaderBytes = 32;

// ISO/IEC 11172-3, 2.4.2.3, and 13818-3, 2.4.2.3: by the header's four bits.
constexpr std::array<std::array<std::int64_t, 15>, 5> kKilobits = {{
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},  // MPEG-1, layer I
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},     // layer II
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},      // layer III
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},     // MPEG-2, layer I
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},          // layers II and III
}};
constexpr std::array<std::int64_t, 3> kRates = {44'100, 48'000, 32'000};  // of MPEG-1

// With its header; 0 if it is of free format.
std::int64_t frame_bytes(std::uint32_t header) {
  const std::uint32_t version = (header >> 19U) & 3U;  // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
  const std::uint32_t layer = 4U - ((header >> 17U) & 3U);
  const bool is_mpeg1 = version == 3U;
  const std::size_t row = is_mpeg1 ? layer - 1U : (layer == 1U ? 3U : 4U);
  const std::int64_t bits = 1'000 * kKilobits[row][(header >> 12U) & 15U];
  const std::int64_t slower = is_mpeg1 ? 1 : (version == 2U ? 2 : 4);
  const std::int64_t rate = kRates[(header >> 10U) & 3U] / slower;
  const std::int64_t padding = (header >> 9U) & 1U;
  if (bits == 0) return 0;
  if (layer == 1U) return (12 * bits / rate + padding) * 4;
  const bool is_half = layer == 3U && !is_mpeg1;
  return (is_half ? 72 : 144) * bits / rate + padding;
}

bool frames_begin_at(RegularFile& file, std::int64_t position) {
  const std::uint32_t first = mpeg_header_at(file, position);
  for (int i = 0; i < kFramesInARow; ++i) {
    const std::uint32_t header = mpeg_header_at(file, position);
    if (!is_mpeg_header(header) || !are_of_one_stream(first, header)) return false;
    const std::int64_t bytes = frame_bytes(header);
    if (bytes == 0) return false;
    position += bytes;
  }
  return true;
}

struct TagHead {
  std::array<unsigned char, kApeHeaderBytes> bytes{};

  bool is(std::string_view name) const {
    return std::memcmp(bytes.data(), name.data(), name.size()) == 0;
  }
};

TagHead tag_head_at(RegularFile& file, std::int64_t position) {
  TagHead head;
  file.read_at(position, std::as_writable_bytes(std::span(head.bytes)));
  return head;
}

// Its size is four 7-bit bytes, without its header and footer.
std::int64_t id3v2_bytes(const TagHead& head) {
  std::int64_t size = 0;
  for (std::size_t i = 6; i < 10; ++i) size = size * 128 + (head.bytes[i] & 127);
  return 10 + size + ((head.bytes[5] & 0x10) != 0 ? 10 : 0);
}

// Its size, lowest byte first, is without its header. A footer begins with the same name; what
// belongs to it stands before it.
std::int64_t ape_bytes(const TagHead& head) {
  std::int64_t size = 0;
  for (std::size_t i = 16; i-- > 12;) size = size * 256 + head.bytes[i];
  const bool is_header = (head.bytes[23] & 0x20) != 0;
  return kApeHeaderBytes + (is_header ? size : 0);
}

// 0 if there is none.
std::int64_t tag_bytes(const TagHead& head) {
  if (head.is("ID3")) return id3v2_bytes(head);
  if (head.is("TAG")) return kId3v1Bytes;
  if (head.is("APETAGEX")) return ape_bytes(head);
  return 0;
}

std::int64_t id3v2_tag_bytes(const TagHead& head) { return head.is("ID3") ? id3v2_bytes(head) : 0; }

std::int64_t behind(RegularFile& file, std::int64_t position,
                    std::int64_t (*bytes_of)(const TagHead&)) {
  for (;;) {
    const std::int64_t bytes = bytes_of(tag_head_at(file, position));
    if (bytes == 0 || position + bytes > file.size()) return position;
    position += bytes;
  }
}

}  // namespace

std::uint32_t mpeg_header_at(RegularFile& file, std::int64_t position) {
  std::array<unsigned char, 4> bytes{};
  if (file.read_at(position, std::as_writable_bytes(std::span(bytes))) < 4) return 0;
  std::uint32_t header = 0;
  for (const unsigned char byte : bytes) header = header << 8U | byte;
  return header;
}

bool is_mpeg_header(std::uint32_t header) {
  const bool sync = (header & 0xFFE00000U) == 0xFFE00000U;
  const bool version = (header & 0x00180000U) != 0x00080000U;
  const bool layer = (header & 0x00060000U) != 0;
  const bool bitrate = (header & 0x0000F000U) != 0x0000F000U;
  const bool rate = (header & 0x00000C00U) != 0x00000C00U;
  return sync && version && layer && bitrate && rate;
}

bool are_of_one_stream(std::uint32_t one, std::uint32_t other) {
  return ((one ^ other) & kStreamBits) == 0;
}

std::int64_t behind_id3v2_tags(RegularFile& file, std::int64_t position) {
  return behind(file, position, id3v2_tag_bytes);
}

std::int64_t behind_tags(RegularFile& file, std::int64_t position) {
  return behind(file, position, tag_bytes);
}

std::int64_t bytes_without_tags(RegularFile& file, std::int64_t position) {
  std::int64_t bytes = file.size() - position;
  for (int i = 0; i < 2; ++i) {
    const std::uint32_t header = mpeg_header_at(file, position);
    if (!is_mpeg_header(header)) break;
    const std::int64_t frame_end = position + frame_bytes(header);
    position = behind_tags(file, frame_end);
    bytes -= position - frame_end;
  }
  return bytes;
}

bool has_mpeg_frames_near(RegularFile& file, std::int64_t position) {
  const std::int64_t bytes = std::clamp<std::int64_t>(file.size() - position, 0, kSearchedBytes);
  std::vector<unsigned char> window(static_cast<std::size_t>(bytes));
  const std::int64_t got = file.read_at(position, std::as_writable_bytes(std::span(window)));
  for (std::int64_t i = 0; i < got; ++i) {
    if (window[static_cast<std::size_t>(i)] != 0xFF) continue;
    if (frames_begin_at(file, position + i)) return true;
  }
  return false;
}

}  // namespace rookery
