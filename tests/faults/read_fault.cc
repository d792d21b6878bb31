// Lets reads of one recording fail as a bad disk would: to be preloaded into the worker tree, whose
// decoders all read by pread(). ROOKERY_TEST_READ_FAULT is KIND:FIRST:COUNT:NAME; of the reads that
// touch byte FIRST or one behind it, in files whose path ends in NAME, the first COUNT (0: all)
// fail: with EIO (KIND eio) or with half of what was asked for (KIND short, which the caller has to
// go on from, or to take for the file's end).
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "tests/faults/fault_count.h"

namespace rookery::faults {
namespace {

struct ReadFault {
  bool is_short = false;
  off_t first = 0;
  std::uint64_t count = 0;
  std::string name;
};

std::optional<ReadFault> wanted_fault() {
  const char* variable = std::getenv("ROOKERY_TEST_READ_FAULT");
  if (variable == nullptr) return std::nullopt;
  std::string_view text = variable;
  const auto next_word = [&text] {
    const auto colon = text.find(':');
    const std::string_view word = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    return word;
  };
  ReadFault fault;
  fault.is_short = next_word() == "short";
  const std::string_view first = next_word();
  std::from_chars(first.data(), first.data() + first.size(), fault.first);
  const std::string_view count = next_word();
  std::from_chars(count.data(), count.data() + count.size(), fault.count);
  fault.name = text;
  return fault;
}

const std::optional<ReadFault>& fault() {
  static const std::optional<ReadFault> kFault = wanted_fault();
  return kFault;
}

SharedCount* const kCount = map_count("ROOKERY_TEST_READ_COUNT");

bool is_of_named_file(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size > 0 &&
         std::string_view(path.data(), static_cast<std::size_t>(size)).ends_with(fault()->name);
}

bool shall_fail(int descriptor, std::size_t size, off_t offset) {
  if (!fault() || offset + static_cast<off_t>(size) <= fault()->first) return false;
  if (!is_of_named_file(descriptor)) return false;
  if (fault()->count != 0 && count_of(kCount) >= fault()->count) return false;
  add_one(kCount);
  return true;
}

using Pread = ssize_t (*)(int, void*, std::size_t, off_t);

ssize_t faulty_pread(const char* symbol, int descriptor, void* out, std::size_t size,
                     off_t offset) {
  const auto real = reinterpret_cast<Pread>(::dlsym(RTLD_NEXT, symbol));
  if (!shall_fail(descriptor, size, offset)) return real(descriptor, out, size, offset);
  if (fault()->is_short) return real(descriptor, out, size / 2, offset);
  errno = EIO;
  return -1;
}

}  // namespace
}  // namespace rookery::faults

// The C library's own names of the parameters are reserved ones.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" ssize_t pread(int descriptor, void* out, size_t size, off_t offset) {
  return rookery::faults::faulty_pread("pread", descriptor, out, size, offset);
}

extern "C" ssize_t pread64(int descriptor, void* out, size_t size, off_t offset) {
  return rookery::faults::faulty_pread("pread64", descriptor, out, size, offset);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
