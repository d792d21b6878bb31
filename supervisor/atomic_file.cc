#include "supervisor/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "supervisor/sync_folder.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

constexpr std::size_t kBufferBytes = 65'536;
constexpr std::string_view kTemporaryPrefix = ".rookery-";
constexpr std::string_view kTemporarySuffix = ".tmp";

Error failed(std::string_view what, std::string_view path) {
  return system_error("export", path, what, errno);
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().native();
  return folder.empty() ? "." : folder;
}

std::string next_temporary_path(const std::string& folder) {
  static std::atomic<int> count = 0;
  return fmt::format("{}/{}{}-{}{}", folder, kTemporaryPrefix, getpid(), ++count, kTemporarySuffix);
}

// An abandoned file is one that nobody holds the lock of.
Status remove_if_abandoned(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd || flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return Done{};
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return failed("removed", path);
  return Done{};
}

}  // namespace

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(kTemporaryPrefix) && file_name.ends_with(kTemporarySuffix);
}

AtomicFile::AtomicFile(std::string final_path, std::string temporary_path, UniqueFd fd)
    : final_path_(std::move(final_path)),
      temporary_path_(std::move(temporary_path)),
      fd_(std::move(fd)) {}

AtomicFile::~AtomicFile() {
  if (fd_) unlink(temporary_path_.c_str());
}

Result<AtomicFile> AtomicFile::create(const std::string& final_path,
                                      const std::string& temporary_folder) {
  const std::string folder = temporary_folder.empty() ? folder_of(final_path) : temporary_folder;
  while (true) {
    std::string path = next_temporary_path(folder);
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    // A program with this process id was killed and left it.
    if (!fd && errno == EEXIST) continue;
    if (!fd) return failed("created", path);
    // Where files can't be locked, the worst is that another start takes this one for abandoned.
    static_cast<void>(flock(fd.get(), LOCK_EX | LOCK_NB));
    return AtomicFile(final_path, std::move(path), std::move(fd));
  }
}

Status AtomicFile::write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes ? Status(Done{}) : write_out();
}

Status AtomicFile::write_out() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("written", final_path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return Done{};
}

Status AtomicFile::commit() {
  Status written = write_out();
  if (!written) return written;
  if (fsync(fd_.get()) != 0) return failed("written", final_path_);
  if (std::rename(temporary_path_.c_str(), final_path_.c_str()) != 0) {
    return failed("replaced", final_path_);
  }
  fd_.reset();
  return sync_folder_of("export", final_path_);
}

Status write_file_atomically(const std::string& path, std::string_view bytes) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  const Status written = file->write(bytes);
  return written ? file->commit() : written;
}

Status remove_abandoned_temporaries(const std::string& folder) {
  std::error_code code;
  std::filesystem::directory_iterator entries(folder, code);
  for (; !code && entries != std::filesystem::directory_iterator(); entries.increment(code)) {
    if (!is_temporary_name(entries->path().filename().native())) continue;
    Status removed = remove_if_abandoned(entries->path().native());
    if (!removed) return removed;
  }
  return code ? Status(system_error("export", folder, "listed", code.value())) : Done{};
}

}  // namespace rookery
