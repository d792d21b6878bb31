#include "supervisor/pool/server_start.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace rookery {
namespace {

constexpr int kMaxFailedStarts = 5;
constexpr int kMaxKilledStarts = 20;
constexpr std::chrono::milliseconds kFirstDelay{500};
constexpr std::chrono::milliseconds kLongestDelay{10'000};

Error differs(const std::string& what, const std::string& first, const std::string& now) {
  return {"start",
          fmt::format("the fork server that was started anew has {} {}, the first one had {}", what,
                      now, first),
          "results would be mixed; do not exchange models or programs under a run"};
}

// What decides results and may have been exchanged meanwhile.
std::optional<Error> difference(const ServerReady& first, const ServerReady& now) {
  if (now.models.size() != first.models.size()) {
    return differs("so many models:", std::to_string(first.models.size()),
                   std::to_string(now.models.size()));
  }
  for (std::size_t i = 0; i < now.models.size(); ++i) {
    if (now.models[i].digest != first.models[i].digest) {
      return differs(fmt::format("as model {}", i + 1), first.models[i].digest,
                     now.models[i].digest);
    }
  }
  if (now.torch_version != first.torch_version) {
    return differs("LibTorch", first.torch_version, now.torch_version);
  }
  if (now.cpu_capability != first.cpu_capability) {
    return differs("CPU capability", first.cpu_capability, now.cpu_capability);
  }
  return std::nullopt;
}

Error too_slow(const char* what, std::chrono::milliseconds patience) {
  return {"start",
          fmt::format("rookery-worker did not {} within {} s", what, patience.count() / 1000),
          "raise alive_timeout_seconds or ready_timeout_seconds if the host is slow"};
}

}  // namespace

bool ServerStart::due(TimePoint now) const {
  return phase_ == Phase::kDown && !hopeless() && start_at_ <= now;
}

void ServerStart::started(TimePoint now) {
  phase_ = Phase::kStarted;
  since_ = now;
}

Status ServerStart::take(const Message& message, TimePoint now) {
  if (const auto* failed = std::get_if<ServerFailed>(&message)) return failed->error;
  const auto* found = std::get_if<ServerReady>(&message);
  if (phase_ == Phase::kStarted && std::holds_alternative<ServerAlive>(message)) {
    phase_ = Phase::kAlive;
    since_ = now;
    return Done{};
  }
  if (phase_ == Phase::kAlive && found != nullptr) return take_facts(*found);
  return Error{"start", "the fork server answered with another message than it should", ""};
}

Status ServerStart::take_facts(const ServerReady& found) {
  if (!facts_) facts_ = found;
  if (auto error = difference(*facts_, found)) {
    differs_ = true;
    return *std::move(error);
  }
  phase_ = Phase::kReady;
  failed_starts_ = 0;
  killed_starts_ = 0;
  return Done{};
}

// Two limits: a model that loads slowly is not taken for a dead process.
Status ServerStart::check_time(TimePoint now) const {
  if (phase_ == Phase::kStarted && now >= since_ + timeouts_.alive) {
    return too_slow("show a sign of life", timeouts_.alive);
  }
  if (phase_ == Phase::kAlive && now >= since_ + timeouts_.ready) {
    return too_slow("load the model", timeouts_.ready);
  }
  return Done{};
}

void ServerStart::ended(TimePoint now, ServerEnd how) {
  start_at_ = now;
  if (phase_ != Phase::kReady) {
    int& times = how == ServerEnd::kKilled ? killed_starts_ : failed_starts_;
    start_at_ += std::min(kFirstDelay * (1 << times++), kLongestDelay);
  }
  phase_ = Phase::kDown;
}

bool ServerStart::hopeless() const {
  return differs_ || failed_starts_ >= (facts_ ? kMaxFailedStarts : 1) ||
         killed_starts_ >= (facts_ ? kMaxKilledStarts : kMaxFailedStarts);
}

std::optional<TimePoint> ServerStart::next_deadline() const {
  switch (phase_) {
    case Phase::kDown:
      return hopeless() ? std::nullopt : std::optional(start_at_);
    case Phase::kStarted:
      return since_ + timeouts_.alive;
    case Phase::kAlive:
      return since_ + timeouts_.ready;
    case Phase::kReady:
      break;
  }
  return std::nullopt;
}

}  // namespace rookery
