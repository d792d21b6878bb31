#include "worker/model_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nettle/sha2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include "rookery/unique_fd.h"

namespace rookery {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;

Error unreadable(const std::string& path, const std::string& why) {
  return {"model", fmt::format("cannot read {}: {}", path, why),
          "check the card's `file` and the file's permissions"};
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

std::string finish(sha256_ctx& context) {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest = {};
  sha256_digest(&context, digest.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace

std::string digest_of(std::string_view bytes) {
  const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  sha256_ctx context = {};
  sha256_init(&context);
  sha256_update(&context, copy.size(), copy.data());
  return finish(context);
}

Result<std::string> model_digest(const std::string& path) {
  Result<UniqueFd> fd = open_regular(path);
  if (!fd) return fd.error();
  sha256_ctx context = {};
  sha256_init(&context);
  std::vector<std::uint8_t> chunk(kChunkBytes);
  while (true) {
    const ssize_t got = ::read(fd->get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) break;
    sha256_update(&context, static_cast<std::size_t>(got), chunk.data());
  }
  return finish(context);
}

}  // namespace rookery
