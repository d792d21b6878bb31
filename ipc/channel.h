// Supervisor ↔ workers over ZeroMQ: ROUTER ↔ DEALER on a Unix socket that has no name any more.
// channel.cc is the only file that includes ZeroMQ. A channel belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "ipc/codec.h"
#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// Larger messages are refused by send(): ZeroMQ would cut the peer's connection without a word.
inline constexpr std::size_t kMaxMessageBytes = 64u << 20;

// ZeroMQ's context with its one I/O thread: one a process, shared by the process's channels and
// kept alive by them. Thread-safe. Make it after the last fork: it starts threads.
class ChannelContext {
 public:
  // Of its own: for input and output, and for sockets that are closed. ZeroMQ ends the process if
  // they cannot be had (thread_room).
  static constexpr std::size_t kThreads = 2;

  ChannelContext();
  // For the channels of so many workers.
  explicit ChannelContext(std::size_t workers);
  ~ChannelContext();
  ChannelContext(const ChannelContext&);
  ChannelContext& operator=(const ChannelContext&);

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

// What came from a worker; an Error if its bytes were no message.
struct Received {
  WorkerIdentity worker;
  Result<Message> message;
};

// The supervisor's end.
class SupervisorChannel {
 public:
  // Binds in a fresh 0700 directory below $XDG_RUNTIME_DIR, $TMPDIR or /tmp, then unlinks socket
  // and directory: only holders of socket_fd() can connect, and nothing is left whatever happens.
  static Result<SupervisorChannel> open(const ChannelContext& context = {});
  SupervisorChannel(SupervisorChannel&&) noexcept;
  SupervisorChannel& operator=(SupervisorChannel&&) noexcept;
  ~SupervisorChannel();

  // O_PATH, close-on-exec (clear that in the child, between fork and exec). Owned by the channel.
  int socket_fd() const;

  // Never blocks. An Error if that worker is not connected, or holds so much unread that no more
  // fits, or the message is too large.
  Status send(const WorkerIdentity& worker, const Message& message);

  // The next message that has come, nullopt if none. Never blocks. Peers whose identity is no
  // "slot.incarnation" are dropped and counted.
  std::optional<Received> receive();

  // Becomes readable when something may have come. Edge-triggered, and send() may take the edge:
  // call receive() until nullopt directly before every poll(), whatever the last poll() said.
  int poll_fd() const;

  std::int64_t dropped_count() const;

 private:
  struct Impl;
  explicit SupervisorChannel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A worker's end.
class WorkerChannel {
 public:
  // `socket_fd` is the inherited descriptor of SupervisorChannel::socket_fd(); must stay open. The
  // connection stands when this returns, and no socket is opened afterwards: a connection that is
  // lost is not made again.
  static Result<WorkerChannel> connect(int socket_fd, const WorkerIdentity& identity,
                                       const ChannelContext& context = {});
  WorkerChannel(WorkerChannel&&) noexcept;
  WorkerChannel& operator=(WorkerChannel&&) noexcept;
  // Waits up to a second until what was sent has left.
  ~WorkerChannel();

  // Blocks while the queue is full. An Error if the connection is lost.
  Status send(const Message& message);

  // Blocks until a message comes. An Error if the connection is lost: the worker is to end.
  Result<Message> receive();

 private:
  struct Impl;
  explicit WorkerChannel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rookery
