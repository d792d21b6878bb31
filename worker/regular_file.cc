#include "worker/regular_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace rookery {
namespace {

constexpr std::size_t kBufferBytes = 65'536;

Error refusal(std::string reason, std::string remedy = "") {
  return {"open", std::move(reason), std::move(remedy)};
}

// What is no regular file, in words.
std::string kind_name(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO (named pipe)";
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISBLK(mode)) return "a block device";
  if (S_ISSOCK(mode)) return "a socket";
  return "something unknown to this program";
}

Error not_a_file(mode_t mode) {
  return refusal(fmt::format("this is {}, no regular file", kind_name(mode)));
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

Error system_refusal(const std::string& path, int number) {
  if (number == ENOENT && is_link(path)) return refusal("a link whose target does not exist");
  if (number == ENOENT) return refusal("no such file");
  if (number == ELOOP) return refusal("a link that leads back to itself");
  if (number == EACCES && is_link(path)) {
    return refusal("permission denied; a link out of the inputs needs sandbox: read-all");
  }
  if (number == EACCES || number == EPERM) {
    return refusal("permission denied", "let the user who runs the job read it");
  }
  return refusal(fmt::format("cannot be opened: {}", std::generic_category().message(number)));
}

}  // namespace

Result<std::unique_ptr<RegularFile>> RegularFile::open(const std::string& path) {
  struct stat status {};
  // Looked at before it is opened, since opening alone acts on some devices; and again afterwards,
  // since it may have been exchanged in between.
  if (::stat(path.c_str(), &status) != 0) return system_refusal(path, errno);
  if (!S_ISREG(status.st_mode)) return not_a_file(status.st_mode);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return system_refusal(path, errno);
  const int stat_result = ::fstat(descriptor, &status);
  const int stat_errno = errno;
  std::unique_ptr<RegularFile> file(new RegularFile(descriptor, status.st_size));
  if (stat_result != 0) return system_refusal(path, stat_errno);
  if (!S_ISREG(status.st_mode)) return not_a_file(status.st_mode);
  if (file->size() == 0) return refusal("the file is empty (0 bytes)");
  return file;
}

RegularFile::RegularFile(int descriptor, std::int64_t size)
    : descriptor_(descriptor), size_(size), buffer_(kBufferBytes) {}

RegularFile::~RegularFile() { ::close(descriptor_); }

bool RegularFile::fill_buffer(std::int64_t position) {
  buffer_begin_ = position - position % static_cast<std::int64_t>(kBufferBytes);
  buffer_size_ = 0;
  while (buffer_size_ < buffer_.size() && read_more()) {
  }
  return position - buffer_begin_ < static_cast<std::int64_t>(buffer_size_);
}

bool RegularFile::read_more() {
  const auto position = buffer_begin_ + static_cast<std::int64_t>(buffer_size_);
  const std::span<std::byte> rest = std::span(buffer_).subspan(buffer_size_);
  ssize_t got = -1;
  do {
    got = ::pread(descriptor_, rest.data(), rest.size(), position);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    failure_ = errno;
    failed_at_ = position;
  }
  buffer_size_ += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  return got > 0;
}

std::optional<Error> RegularFile::read_error(const std::string& stage) const {
  if (failure_ == 0) return std::nullopt;
  return Error{stage,
               fmt::format("reading failed at byte {}: {}", failed_at_,
                           std::generic_category().message(failure_)),
               "check the disk or share it lies on, then run again with --retry-failed"};
}

std::int64_t RegularFile::read_at(std::int64_t position, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size() && failure_ == 0) {
    const std::int64_t inside = position + static_cast<std::int64_t>(done) - buffer_begin_;
    if (inside < 0 || inside >= static_cast<std::int64_t>(buffer_size_)) {
      if (!fill_buffer(position + static_cast<std::int64_t>(done))) break;
      continue;
    }
    const auto offset = static_cast<std::size_t>(inside);
    const std::size_t count = std::min(out.size() - done, buffer_size_ - offset);
    std::memcpy(out.data() + done, buffer_.data() + offset, count);
    done += count;
  }
  return static_cast<std::int64_t>(done);
}

}  // namespace rookery
