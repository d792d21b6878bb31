// Whether somebody wants a measurement to end.
#pragma once

#include <csignal>
#include <optional>

#include "supervisor/pool/signal_source.h"

namespace rookery {

// SIGINT or SIGTERM, if one has come; ends of children are passed over. Never blocks.
inline std::optional<int> ending_signal(SignalSource& signals) {
  while (const auto signal = signals.take()) {
    if (*signal != SIGCHLD) return signal;
  }
  return std::nullopt;
}

}  // namespace rookery
