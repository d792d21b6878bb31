// The search of `rookery tune`, a child in Python: lines of JSON go both ways over a socket.
// docs/tuning.md has the protocol.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "rookery/result.h"
#include "rookery/unique_fd.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/pool/signal_source.h"

namespace rookery {

class SearchProcess {
 public:
  // The child is given `--fd N` behind its arguments. It hears no signals, and ends when this goes.
  static Result<SearchProcess> start(ChildOptions options);

  // An Error of stage "tune" if the child is gone.
  Status say(const nlohmann::json& message);
  // Waits until the child has something to say, or for a signal that wants an end: that one, which
  // only a source (nullptr: none) can tell.
  std::optional<int> wait(SignalSource* signals);
  // Waits for the child's next line.
  Result<nlohmann::json> hear();

 private:
  SearchProcess(UniqueFd socket, ChildProcess child)
      : socket_(std::move(socket)), child_(std::move(child)) {}

  UniqueFd socket_;
  ChildProcess child_;
  std::string heard_;  // what came behind the last line
};

}  // namespace rookery
