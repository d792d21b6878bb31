#include "ipc/private_endpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace rookery {
namespace {

// sockaddr_un::sun_path holds 108 bytes with the final zero; the rest is for "/rookery-XXXXXX/s".
constexpr std::size_t kMaxParentBytes = 85;

Error endpoint_error(const std::string& what) {
  return {"ipc", what + ": " + std::strerror(errno),
          "set TMPDIR to a writable local directory with a short path"};
}

// A directory that removes itself and the socket in it.
class PrivateDirectory {
 public:
  explicit PrivateDirectory(std::string path) : path_(std::move(path)) {}
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory() {
    ::unlink(socket_path().c_str());
    ::rmdir(path_.c_str());
  }
  std::string socket_path() const { return path_ + "/s"; }

 private:
  std::string path_;
};

std::vector<std::string> parent_candidates() {
  std::vector<std::string> parents;
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(variable);
    if (value && *value == '/' && std::strlen(value) <= kMaxParentBytes)
      parents.emplace_back(value);
  }
  parents.emplace_back("/tmp");
  return parents;
}

// The first candidate where it can be made: $XDG_RUNTIME_DIR may name what is not there in a cron
// job.
Result<std::string> make_directory() {
  std::string tried;
  for (const std::string& parent : parent_candidates()) {
    std::string path = parent + "/rookery-XXXXXX";
    if (::mkdtemp(path.data())) return path;
    tried += (tried.empty() ? "" : ", ") + parent;
  }
  return endpoint_error("no directory for the socket can be made in " + tried);
}

}  // namespace

Result<UniqueFd> bind_private_endpoint(const std::function<Status(const std::string&)>& bind) {
  Result<std::string> made = make_directory();
  if (!made) return made.error();
  const PrivateDirectory directory(*made);
  if (Status bound = bind(directory.socket_path()); !bound) return bound.error();
  UniqueFd fd(::open(directory.socket_path().c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return endpoint_error("cannot open the socket " + directory.socket_path());
  return fd;
}

std::string path_of_fd(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace rookery
