#include "supervisor/trace/trace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "supervisor/system_error.h"

namespace rookery {
namespace {

constexpr std::size_t kBufferBytes = 65'536;
constexpr int kMode = 0666;  // and the umask

}  // namespace

Result<TraceFile> TraceFile::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (!fd) return system_error("trace", path, "written", errno);
  return TraceFile(path, std::move(fd));
}

TraceFile::TraceFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

void TraceFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void TraceFile::flush() {
  std::string_view rest = buffer_;
  while (status_ && !rest.empty()) {
    const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      status_ = system_error("trace", path_, "written", errno);
    }
  }
  buffer_.clear();
}

Status TraceFile::end() {
  flush();
  return status_;
}

}  // namespace rookery
