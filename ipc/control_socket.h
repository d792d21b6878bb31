// Supervisor ↔ fork server: whole messages over a SOCK_SEQPACKET socket pair. No threads, so a
// process that forks can use it.
#pragma once

#include <cstddef>
#include <optional>

#include "ipc/codec.h"
#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

inline constexpr std::size_t kMaxControlMessageBytes = 128u << 10;

struct ControlSocketPair;

// One end. Not thread-safe.
class ControlSocket {
 public:
  // Both ends close-on-exec (clear that in the child, between fork and exec).
  static Result<ControlSocketPair> make_pair();
  // Takes over an inherited descriptor.
  explicit ControlSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  // For poll(): readable when receive() would not block.
  int fd() const { return fd_.get(); }

  // An Error if the other end is gone or the message is over kMaxControlMessageBytes. Blocks while
  // the other end has too much unread.
  // NOLINTNEXTLINE(readability-make-member-function-const): changes the socket, if not this object
  Status send(const Message& message) const;

  // Blocks until a message comes; nullopt when the other end is closed. An Error for bytes that are
  // no message: the next one can still be received.
  // NOLINTNEXTLINE(readability-make-member-function-const): changes the socket, if not this object
  Result<std::optional<Message>> receive() const;

 private:
  UniqueFd fd_;
};

struct ControlSocketPair {
  ControlSocket supervisor;
  ControlSocket fork_server;
};

}  // namespace rookery
