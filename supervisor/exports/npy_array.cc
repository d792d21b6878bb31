#include "supervisor/exports/npy_array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rookery {
namespace {

constexpr std::string_view kMagicAndVersion("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kAlignment = 64;

// A Python tuple: "(3,)", "(3, 4,)".
std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("({},)", fmt::join(shape, ", "));
}

}  // namespace

std::string npy_header(std::string_view type, const std::vector<std::int64_t>& shape) {
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                       type, shape_text(shape));
  const std::size_t before = kMagicAndVersion.size() + kLengthBytes;
  const std::size_t least = before + dictionary.size() + 1;  // with the line feed at its end
  dictionary.append((kAlignment - least % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  std::string header(kMagicAndVersion);
  header += static_cast<char>(dictionary.size() & 0xFF);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

}  // namespace rookery
