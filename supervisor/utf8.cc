#include "supervisor/utf8.h"

#include <array>
#include <cstdint>

namespace rookery {
namespace {

// What RFC 3629, section 4, allows after a lead byte. The second byte's range rules out overlong
// forms, surrogates and code points above U+10FFFF; later bytes are always 80..BF.
struct Form {
  std::uint8_t first_lead;
  std::uint8_t last_lead;
  std::size_t length;
  std::uint8_t second_low;
  std::uint8_t second_high;
};

constexpr auto kForms = std::to_array<Form>({
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
});

bool matches(const Form& form, std::string_view bytes) {
  if (bytes.size() < form.length) return false;
  for (std::size_t i = 1; i < form.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    const std::uint8_t low = i == 1 ? form.second_low : 0x80;
    const std::uint8_t high = i == 1 ? form.second_high : 0xBF;
    if (byte < low || byte > high) return false;
  }
  return true;
}

}  // namespace

std::size_t utf8_length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  if (lead < 0x80) return 1;
  for (const Form& form : kForms) {
    if (lead >= form.first_lead && lead <= form.last_lead) {
      return matches(form, text.substr(at)) ? form.length : 0;
    }
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace rookery
