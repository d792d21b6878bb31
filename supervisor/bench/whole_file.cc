#include "supervisor/bench/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "rookery/unique_fd.h"
#include "supervisor/system_error.h"

namespace rookery {

Result<std::optional<std::string>> bytes_if_there(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return std::optional<std::string>();
  std::string bytes;
  std::array<char, 65536> part{};
  while (fd) {
    const ssize_t count = ::read(fd.get(), part.data(), part.size());
    if (count == 0) return std::optional(std::move(bytes));
    if (count > 0) bytes.append(part.data(), static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) break;
  }
  return system_error("bench", path, "read", errno);
}

Result<std::string> bytes_of_file(const std::string& path) {
  auto bytes = bytes_if_there(path);
  if (!bytes) return bytes.error();
  if (!*bytes) return system_error("bench", path, "read", ENOENT);
  return std::move(**bytes);
}

}  // namespace rookery
