#include "supervisor/inputs/digest_ahead.h"

#include <utility>

#include "worker/file_digest.h"

namespace rookery {

DigestAhead::DigestAhead() : thread_([this](const std::stop_token& stop) { answer_all(stop); }) {}

void DigestAhead::ask(std::string path) {
  {
    const std::lock_guard lock(mutex_);
    paths_.push_back(std::move(path));
  }
  asked_.notify_one();
}

std::optional<Result<std::string>> DigestAhead::next() {
  const std::lock_guard lock(mutex_);
  if (digests_.empty()) return std::nullopt;
  std::optional<Result<std::string>> digest(std::move(digests_.front()));
  digests_.pop_front();
  return digest;
}

void DigestAhead::answer_all(const std::stop_token& stop) {
  while (const auto path = next_path(stop)) {
    Result<std::string> digest = file_digest(*path, stop);
    const std::lock_guard lock(mutex_);
    digests_.push_back(std::move(digest));
  }
}

std::optional<std::string> DigestAhead::next_path(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, stop, [this] { return !paths_.empty(); });
  if (stop.stop_requested()) return std::nullopt;
  std::string path = std::move(paths_.front());
  paths_.pop_front();
  return path;
}

}  // namespace rookery
