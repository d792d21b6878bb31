#include "worker/file_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include "rookery/unique_fd.h"
#include "worker/sha256.h"

namespace rookery {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;

Error unreadable(const std::string& path, const std::string& why) {
  return {"input", fmt::format("cannot read {}: {}", path, why), ""};
}

Result<UniqueFd> open_regular(const std::string& path) {
  // Non-blocking, so that a FIFO without a writer is refused instead of waited for.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return unreadable(path, std::strerror(errno));
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unreadable(path, "it is not a regular file");
  return fd;
}

}  // namespace

Result<std::string> file_digest(const std::string& path, const std::stop_token& stop) {
  const Result<UniqueFd> fd = open_regular(path);
  if (!fd) return fd.error();
  Sha256 sha256;
  std::vector<char> chunk(kChunkBytes);
  while (!stop.stop_requested()) {
    const ssize_t got = ::read(fd->get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) return sha256.finish();
    sha256.add({chunk.data(), static_cast<std::size_t>(got)});
  }
  return unreadable(path, "told to stop");
}

}  // namespace rookery
