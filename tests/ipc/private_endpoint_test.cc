#include "ipc/private_endpoint.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "tests/ipc/temporary_directory.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// Binds as ZeroMQ would; `listener` keeps the socket.
Status bind_socket(const std::string& path, UniqueFd& listener) {
  listener.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{"ipc", "too long: " + path, ""};
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{"ipc", std::strerror(errno), ""};
  }
  return Done{};
}

TEST(PrivateEndpoint, TheDirectoryIsTheOwnersAloneAndGoneAfterwards) {
  const TemporaryDirectory directory;
  UniqueFd listener;
  std::string seen_path;
  const auto fd = bind_private_endpoint([&](const std::string& path) {
    seen_path = path;
    const auto permissions = fs::status(fs::path(path).parent_path()).permissions();
    EXPECT_EQ(permissions, fs::perms::owner_all);
    return bind_socket(path, listener);
  });
  ASSERT_TRUE(fd.ok()) << to_string(fd.error());
  EXPECT_TRUE(seen_path.starts_with(directory.path()));
  EXPECT_TRUE(directory.is_empty());
  EXPECT_TRUE(fs::is_socket(path_of_fd(fd->get())));
  EXPECT_TRUE(::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC);
}

TEST(PrivateEndpoint, NothingIsLeftWhenBindingFails) {
  const TemporaryDirectory directory;
  const auto fd = bind_private_endpoint([](const std::string&) -> Status {
    return Error{"ipc", "refused", ""};
  });
  ASSERT_FALSE(fd.ok());
  EXPECT_EQ(fd.error().reason, "refused");
  EXPECT_TRUE(directory.is_empty());
}

TEST(PrivateEndpoint, ARuntimeDirectoryThatIsMissingIsPassedOver) {
  const TemporaryDirectory directory;
  ::setenv("XDG_RUNTIME_DIR", (directory.path() + "/missing").c_str(), 1);
  UniqueFd listener;
  const auto fd =
      bind_private_endpoint([&](const std::string& path) { return bind_socket(path, listener); });
  ::unsetenv("XDG_RUNTIME_DIR");
  EXPECT_TRUE(fd.ok());
}

TEST(PrivateEndpoint, ADirectoryTooDeepForASocketPathIsPassedOver) {
  const TemporaryDirectory directory;
  const std::string deep = directory.path() + "/" + std::string(100, 'd');
  fs::create_directory(deep);
  ::setenv("TMPDIR", deep.c_str(), 1);
  UniqueFd listener;
  const auto fd =
      bind_private_endpoint([&](const std::string& path) { return bind_socket(path, listener); });
  EXPECT_TRUE(fd.ok());
}

}  // namespace
}  // namespace rookery
