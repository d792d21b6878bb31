#include "worker/promised_length.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>
#include <regex>
#include <string_view>

namespace rookery {
namespace {

// libsndfile's log has 2 KiB. Long comments fill it before the size of the audio is told; the size
// of the whole file always comes first.
constexpr std::size_t kFullLogBytes = 2'000;

// Where libsndfile's log tells the size that decides how much audio there is.
std::string size_label(std::int32_t format) {
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
      return "data";
    case SF_FORMAT_AIFF:
      return "SSND";
    case SF_FORMAT_AU:
      return "Data Size";
    case SF_FORMAT_W64:
      return "riff";
    case SF_FORMAT_RF64:
      return "Riff size";
    default:
      return "";
  }
}

// Programs that write to a pipe leave such a size: 0x7fffffff, 0x80000000, 0xffffffff, less a
// header.
bool is_placeholder(std::int64_t size, std::int32_t format) {
  const std::int32_t container = format & SF_FORMAT_TYPEMASK;
  const bool wide = container == SF_FORMAT_W64 || container == SF_FORMAT_RF64;
  return !wide && size >= 0x7FFF0000;
}

std::int64_t sample_bytes(std::int32_t format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
      return 1;
    case SF_FORMAT_PCM_16:
      return 2;
    case SF_FORMAT_PCM_24:
      return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
      return 4;
    case SF_FORMAT_DOUBLE:
      return 8;
    default:
      return 0;
  }
}

std::optional<std::int64_t> number(const std::string& digits) {
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc()) return std::nullopt;
  return value;
}

struct Sizes {
  std::int64_t promised = 0;
  std::int64_t present = 0;
};

// From a line "label : promised (should be present)".
std::optional<Sizes> corrected_size(const std::string& parse_log, const std::string& label) {
  const std::regex corrected(R"((?:^|\n)\s*)" + label + R"(\s*: (\d+) \(should be (\d+)\))");
  std::smatch match;
  if (!std::regex_search(parse_log, match, corrected)) return std::nullopt;
  const auto promised = number(match[1]);
  const auto present = number(match[2]);
  if (!promised || !present) return std::nullopt;
  return Sizes{*promised, *present};
}

// Bytes before the first MPEG frame, by the ID3v2 tag's size of four 7-bit bytes.
std::int64_t id3_bytes(const std::array<std::byte, 10>& head) {
  if (std::memcmp(head.data(), "ID3", 3) != 0) return 0;
  std::int64_t size = 0;
  for (std::size_t i = 6; i < 10; ++i)
    size = size * 128 + std::to_integer<int>(head[i] & std::byte{127});
  return size + 10;
}

}  // namespace

std::int64_t frames_by_sizes(const AudioHeader& header, const std::string& parse_log) {
  const std::string label = size_label(header.format);
  if (label.empty() || header.frames <= 0) return header.frames;
  auto sizes = corrected_size(parse_log, label);
  if (!sizes && parse_log.size() >= kFullLogBytes)
    sizes = corrected_size(parse_log, "(?:RIFF|FORM)");
  if (!sizes || sizes->promised <= sizes->present) return header.frames;
  if (is_placeholder(sizes->promised, header.format)) return header.frames;
  const std::int64_t missing_bytes = sizes->promised - sizes->present;
  if (const std::int64_t frame_bytes = sample_bytes(header.format) * header.channels) {
    return header.frames + (missing_bytes + frame_bytes - 1) / frame_bytes;
  }
  const double frames_per_byte =
      static_cast<double>(header.frames) / static_cast<double>(sizes->present);
  return header.frames +
         static_cast<std::int64_t>(static_cast<double>(missing_bytes) * frames_per_byte);
}

bool has_mpeg_length_tag(const std::string& path) {
  const auto file = RegularFile::open(path);
  if (!file) return false;
  std::array<std::byte, 10> head{};
  (*file)->read(head);
  (*file)->seek(id3_bytes(head));
  std::array<char, 2048> first_frame{};
  (*file)->read(std::as_writable_bytes(std::span(first_frame)));
  const std::string_view text(first_frame.data(), first_frame.size());
  return std::ranges::any_of(std::array{"Xing", "Info", "VBRI"}, [&](const char* tag) {
    return text.find(tag) != std::string_view::npos;
  });
}

}  // namespace rookery
