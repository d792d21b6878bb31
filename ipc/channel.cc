#include "ipc/channel.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zmq.hpp>
#include <zmq_addon.hpp>

#include "ipc/private_endpoint.h"
#include "ipc/thread_room.h"

namespace rookery {
namespace {

// Credits keep a worker's queue at a few messages; this is only to never reach it.
constexpr int kHighWaterMark = 100'000;
// All workers may connect in the same millisecond.
constexpr int kBacklog = 4096;
constexpr int kWorkerLingerMs = 1000;
constexpr int kConnectPatienceMs = 10'000;
// The channel's own, and both ends of what tells of its connection.
constexpr std::size_t kSocketsOfAWorker = 3;
constexpr std::size_t kOtherSockets = 256;

Error channel_error(const std::string& what, const zmq::error_t& problem) {
  return {"ipc", what + ": " + problem.what(), ""};
}

Error lost_connection() { return {"ipc", "the connection to the supervisor is lost", ""}; }

std::string identity_text(const WorkerIdentity& identity) {
  return std::to_string(identity.slot) + "." + std::to_string(identity.incarnation);
}

std::optional<std::int32_t> parse_number(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<WorkerIdentity> parse_identity(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto slot = parse_number(text.substr(0, dot));
  const auto incarnation = parse_number(text.substr(dot + 1));
  if (!slot || !incarnation) return std::nullopt;
  return WorkerIdentity{*slot, *incarnation};
}

void set_limits(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::sndhwm, kHighWaterMark);
  socket.set(zmq::sockopt::rcvhwm, kHighWaterMark);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(kMaxMessageBytes));
}

Status check_size(const Message& message, const std::string& bytes) {
  if (bytes.size() <= kMaxMessageBytes) return Done{};
  return Error{"ipc",
               std::string(message_name(message)) + " takes " + std::to_string(bytes.size()) +
                   " bytes, at most " + std::to_string(kMaxMessageBytes) + " can be sent",
               "give shorter tasks or a higher threshold"};
}

// Tells when a socket's connection stands and when it is lost.
class ConnectionWatch {
 public:
  ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket, const std::string& name)
      : events_(context, zmq::socket_type::pair) {
    const std::string address = "inproc://connection-of-" + name;
    if (zmq_socket_monitor(socket.handle(), address.c_str(), kWatchedEvents) != 0) {
      throw zmq::error_t();
    }
    events_.connect(address);
    events_.set(zmq::sockopt::linger, 0);
  }

  // Waits for the first event; false if it is another one, or does not come.
  bool stands() {
    events_.set(zmq::sockopt::rcvtimeo, kConnectPatienceMs);
    std::vector<zmq::message_t> parts;
    if (!zmq::recv_multipart(events_, std::back_inserter(parts))) return false;
    std::uint16_t event = 0;
    std::memcpy(&event, parts.front().data(), sizeof event);
    return event == ZMQ_EVENT_CONNECTED;
  }

  zmq::socket_t& events() { return events_; }

 private:
  static constexpr int kWatchedEvents =
      ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED;

  zmq::socket_t events_;
};

}  // namespace

struct ChannelContext::Impl {
  explicit Impl(std::size_t workers)
      : zmq(/*io_threads=*/1, static_cast<int>(kOtherSockets + kSocketsOfAWorker * workers)) {}

  // ZeroMQ's contexts and sockets are not const when used.
  mutable zmq::context_t zmq;
};

ChannelContext::ChannelContext() : ChannelContext(1) {}
ChannelContext::ChannelContext(std::size_t workers) : impl_(std::make_shared<Impl>(workers)) {}
ChannelContext::~ChannelContext() = default;
ChannelContext::ChannelContext(const ChannelContext&) = default;
ChannelContext& ChannelContext::operator=(const ChannelContext&) = default;

struct SupervisorChannel::Impl {
  ChannelContext context;
  zmq::socket_t socket;
  UniqueFd socket_fd;
  std::int64_t dropped = 0;

  explicit Impl(const ChannelContext& shared)
      : context(shared), socket(context.impl().zmq, zmq::socket_type::router) {
    socket.set(zmq::sockopt::router_mandatory, true);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::backlog, kBacklog);
    set_limits(socket);
  }
};

SupervisorChannel::SupervisorChannel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SupervisorChannel::SupervisorChannel(SupervisorChannel&&) noexcept = default;
SupervisorChannel& SupervisorChannel::operator=(SupervisorChannel&&) noexcept = default;
SupervisorChannel::~SupervisorChannel() = default;

Result<SupervisorChannel> SupervisorChannel::open(const ChannelContext& context) {
  const Status room = room_for_threads(ChannelContext::kThreads, "ZeroMQ");
  if (!room) return room.error();
  try {
    auto impl = std::make_unique<Impl>(context);
    auto fd = bind_private_endpoint([&](const std::string& path) -> Status {
      impl->socket.bind("ipc://" + path);
      return Done{};
    });
    if (!fd) return fd.error();
    impl->socket_fd = *std::move(fd);
    return SupervisorChannel(std::move(impl));
  } catch (const zmq::error_t& problem) {
    return channel_error("the socket for the workers cannot be opened", problem);
  }
}

int SupervisorChannel::socket_fd() const { return impl_->socket_fd.get(); }
int SupervisorChannel::poll_fd() const { return impl_->socket.get(zmq::sockopt::fd); }
std::int64_t SupervisorChannel::dropped_count() const { return impl_->dropped; }

Status SupervisorChannel::send(const WorkerIdentity& worker, const Message& message) {
  const std::string bytes = encode(message);
  if (Status fits = check_size(message, bytes); !fits) return fits;
  const std::string what =
      std::string(message_name(message)) + " cannot be sent to worker " + identity_text(worker);
  try {
    // The first part decides: EHOSTUNREACH if that worker is not connected, nothing sent if its
    // queue is full. Once it is taken the second is, too.
    const auto flags = zmq::send_flags::dontwait;
    if (!impl_->socket.send(zmq::buffer(identity_text(worker)), flags | zmq::send_flags::sndmore) ||
        !impl_->socket.send(zmq::buffer(bytes), flags)) {
      return Error{"ipc", what + ": its queue is full", ""};
    }
    return Done{};
  } catch (const zmq::error_t& problem) {
    return channel_error(what, problem);
  }
}

std::optional<Received> SupervisorChannel::receive() {
  for (;;) {
    std::vector<zmq::message_t> parts;
    try {
      if (!zmq::recv_multipart(impl_->socket, std::back_inserter(parts),
                               zmq::recv_flags::dontwait)) {
        return std::nullopt;
      }
    } catch (const zmq::error_t& problem) {
      if (problem.num() == EINTR) continue;
      throw;
    }
    const auto worker = parse_identity(parts.front().to_string_view());
    if (!worker || parts.size() != 2) {
      ++impl_->dropped;
      continue;
    }
    return Received{*worker, decode(parts[1].to_string_view())};
  }
}

struct WorkerChannel::Impl {
  ChannelContext context;
  zmq::socket_t socket;
  ConnectionWatch watch;

  Impl(const ChannelContext& shared, const WorkerIdentity& identity)
      : context(shared),
        socket(context.impl().zmq, zmq::socket_type::dealer),
        watch(context.impl().zmq, socket, identity_text(identity)) {
    socket.set(zmq::sockopt::routing_id, identity_text(identity));
    socket.set(zmq::sockopt::linger, kWorkerLingerMs);
    // A sandboxed worker can open no other socket.
    socket.set(zmq::sockopt::reconnect_ivl, -1);
    set_limits(socket);
  }

  // Waits until the socket is ready for ZMQ_POLLIN or ZMQ_POLLOUT; false if the connection is lost.
  bool wait_for(short readiness) {
    std::array<zmq_pollitem_t, 2> items = {
        {{socket.handle(), 0, readiness, 0}, {watch.events().handle(), 0, ZMQ_POLLIN, 0}}};
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds(-1));
    return items[0].revents != 0 || items[1].revents == 0;
  }
};

WorkerChannel::WorkerChannel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WorkerChannel::WorkerChannel(WorkerChannel&&) noexcept = default;
WorkerChannel& WorkerChannel::operator=(WorkerChannel&&) noexcept = default;
WorkerChannel::~WorkerChannel() = default;

Result<WorkerChannel> WorkerChannel::connect(int socket_fd, const WorkerIdentity& identity,
                                             const ChannelContext& context) {
  const std::string what = "worker " + identity_text(identity) + " cannot connect to descriptor " +
                           std::to_string(socket_fd);
  try {
    auto impl = std::make_unique<Impl>(context, identity);
    impl->socket.connect("ipc://" + path_of_fd(socket_fd));
    if (!impl->watch.stands()) return Error{"ipc", what + ": nobody answers there", ""};
    return WorkerChannel(std::move(impl));
  } catch (const zmq::error_t& problem) {
    return channel_error(what, problem);
  }
}

Status WorkerChannel::send(const Message& message) {
  const std::string bytes = encode(message);
  if (Status fits = check_size(message, bytes); !fits) return fits;
  for (;;) {
    try {
      if (impl_->socket.send(zmq::buffer(bytes), zmq::send_flags::dontwait)) return Done{};
      if (!impl_->wait_for(ZMQ_POLLOUT)) return lost_connection();
    } catch (const zmq::error_t& problem) {
      if (problem.num() == EINTR) continue;
      return channel_error(std::string(message_name(message)) + " cannot be sent", problem);
    }
  }
}

Result<Message> WorkerChannel::receive() {
  for (;;) {
    try {
      zmq::message_t bytes;
      if (impl_->socket.recv(bytes, zmq::recv_flags::dontwait)) {
        return decode(bytes.to_string_view());
      }
      if (!impl_->wait_for(ZMQ_POLLIN)) return lost_connection();
    } catch (const zmq::error_t& problem) {
      if (problem.num() == EINTR) continue;
      return channel_error("no message can be received", problem);
    }
  }
}

}  // namespace rookery
