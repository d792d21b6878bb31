#include "ipc/control_socket.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace rookery {
namespace {

Error socket_error(const std::string& what) {
  return {"ipc", what + ": " + std::strerror(errno), ""};
}

}  // namespace

Result<ControlSocketPair> ControlSocket::make_pair() {
  std::array<int, 2> fds = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    return socket_error("no socket pair for the fork server");
  }
  return ControlSocketPair{ControlSocket(UniqueFd(fds[0])), ControlSocket(UniqueFd(fds[1]))};
}

Status ControlSocket::send(const Message& message) const {
  const std::string bytes = encode(message);
  const std::string name(message_name(message));
  if (bytes.size() > kMaxControlMessageBytes) {
    return Error{"ipc",
                 name + " takes " + std::to_string(bytes.size()) +
                     " bytes, the control socket at most " +
                     std::to_string(kMaxControlMessageBytes),
                 ""};
  }
  for (;;) {
    // Sent whole or not at all. Without MSG_NOSIGNAL an ended peer would kill this process.
    if (::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0) return Done{};
    if (errno != EINTR) return socket_error(name + " cannot be sent over the control socket");
  }
}

Result<std::optional<Message>> ControlSocket::receive() const {
  std::string bytes(kMaxControlMessageBytes, '\0');
  for (;;) {
    const ssize_t size = ::recv(fd(), bytes.data(), bytes.size(), MSG_TRUNC);
    if (size == 0) return std::optional<Message>();
    // A peer that ended with messages unread is reported as a reset, once, before its last
    // messages.
    if (size < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (size < 0) return socket_error("the control socket cannot be read");
    const auto received = static_cast<std::size_t>(size);
    if (received > bytes.size()) {
      return Error{"ipc",
                   "a message of " + std::to_string(received) +
                       " bytes on the control socket, at most " + std::to_string(bytes.size()) +
                       " are allowed",
                   ""};
    }
    auto message = decode(std::string_view(bytes).substr(0, received));
    if (!message) return message.error();
    return std::optional<Message>(*std::move(message));
  }
}

}  // namespace rookery
