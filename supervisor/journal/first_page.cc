#include "supervisor/journal/first_page.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// As new databases have it; places in the header are from "Database File Format" of SQLite.
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kPageCountAt = 28;
constexpr std::size_t kFreePagesAt = 32;  // the first one's number, then how many there are

using Page = std::array<char, kPageBytes>;

void put_big_endian(Page& page, std::size_t at, std::uint32_t value) {
  for (std::size_t byte = 0; byte < 4; ++byte) {
    page.at(at + byte) = static_cast<char>(value >> (24 - 8 * byte));
  }
}

}  // namespace

Status copy_with_first_page(const std::string& source, const std::string& model,
                            const std::string& copy) {
  Page page{};
  std::ifstream model_file(model, std::ios::binary);
  if (!model_file.read(page.data(), kPageBytes)) return system_error("journal", model, "read", EIO);
  std::error_code code;
  fs::copy_file(source, copy, fs::copy_options::overwrite_existing, code);
  if (code) return system_error("journal", copy, "written", code.value());
  const auto pages = fs::file_size(copy, code) / kPageBytes;
  put_big_endian(page, kPageCountAt, static_cast<std::uint32_t>(pages));
  put_big_endian(page, kFreePagesAt, 0);
  put_big_endian(page, kFreePagesAt + 4, 0);
  std::fstream file(copy, std::ios::binary | std::ios::in | std::ios::out);
  file.write(page.data(), kPageBytes);
  file.close();
  return file ? Status(Done{}) : system_error("journal", copy, "written", EIO);
}

}  // namespace rookery
