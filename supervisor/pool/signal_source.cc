#include "supervisor/pool/signal_source.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rookery {

Result<SignalSource> SignalSource::open() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&wanted, signal);
  sigset_t previous;
  pthread_sigmask(SIG_BLOCK, &wanted, &previous);
  UniqueFd fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (fd.get() < 0) {
    return Error{"start", fmt::format("signals cannot be listened to: {}", std::strerror(errno)),
                 ""};
  }
  return SignalSource(std::move(fd), previous);
}

SignalSource::~SignalSource() {
  if (fd_.get() >= 0) pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
}

std::optional<int> SignalSource::take() {
  signalfd_siginfo info{};
  if (read(fd_.get(), &info, sizeof(info)) != sizeof(info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace rookery
