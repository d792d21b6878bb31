#include "worker/model_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nettle/sha2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "rookery/unique_fd.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

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

Result<std::string> file_digest(const std::string& path) {
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

// Regular files below a folder, by their names in it.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(folder).native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> folder_digest(const std::string& folder) {
  sha256_ctx context = {};
  sha256_init(&context);
  for (const std::string& name : files_below(folder)) {
    Result<std::string> contents = file_digest(fmt::format("{}/{}", folder, name));
    if (!contents) return contents.error();
    const std::string line = fmt::format("{} {}\n", *contents, name);
    sha256_update(&context, line.size(), reinterpret_cast<const std::uint8_t*>(line.data()));
  }
  return finish(context);
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
  try {
    const bool package = path.ends_with(".pt2") && fs::is_directory(path);
    return package ? folder_digest(path) : file_digest(path);
  } catch (const fs::filesystem_error& error) {
    return unreadable(path, error.code().message());
  }
}

}  // namespace rookery
