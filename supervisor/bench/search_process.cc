#include "supervisor/bench/search_process.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "supervisor/bench/ending_signal.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

Error gone() {
  return {"tune", "the search ended before its time",
          "it needs Python 3 with Optuna and scikit-learn (./bootstrap.sh build installs them); "
          "ROOKERY_PYTHON names another Python"};
}

}  // namespace

Result<SearchProcess> SearchProcess::start(ChildOptions options) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error("tune", "a socket", "made", errno);
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  options.inherited_fds = {theirs.get()};
  options.deaf = true;
  options.arguments.insert(options.arguments.end(), {"--fd", std::to_string(theirs.get())});
  auto child = ChildProcess::start(options);
  if (!child) return child.error();
  return SearchProcess(std::move(ours), std::move(*child));
}

Status SearchProcess::say(const nlohmann::json& message) {
  const std::string line = message.dump() + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const auto count = send(socket_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return gone();
    sent += static_cast<std::size_t>(count);
  }
  return Done{};
}

std::optional<int> SearchProcess::wait(SignalSource* signals) {
  if (signals == nullptr || heard_.find('\n') != std::string::npos) return std::nullopt;
  std::array polled = {pollfd{socket_.get(), POLLIN, 0}, pollfd{signals->fd(), POLLIN, 0}};
  while (polled[0].revents == 0) {
    ::poll(polled.data(), polled.size(), -1);
    if (const auto signal = ending_signal(*signals)) return signal;
  }
  return std::nullopt;
}

Result<nlohmann::json> SearchProcess::hear() {
  auto end = heard_.find('\n');
  while (end == std::string::npos) {
    std::array<char, 4096> part{};
    const auto count = recv(socket_.get(), part.data(), part.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return gone();
    heard_.append(part.data(), static_cast<std::size_t>(count));
    end = heard_.find('\n');
  }
  auto message = nlohmann::json::parse(heard_.substr(0, end), nullptr, false);
  heard_.erase(0, end + 1);
  if (message.is_object()) return message;
  return Error{"tune", "the search said what is no message", ""};
}

}  // namespace rookery
