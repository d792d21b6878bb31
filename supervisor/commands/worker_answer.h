// Questions that only rookery-worker can answer: it knows LibTorch and audio.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "supervisor/pool/child_process.h"

namespace rookery {

// Runs a program and parses the line of JSON that it prints. An {"error": …} comes back as the
// Error it is.
Result<nlohmann::json> answer_of(ChildOptions options);

// Runs rookery-worker with a subcommand and its arguments and parses the line of JSON that it
// prints.
Result<nlohmann::json> ask_worker(std::vector<std::string> arguments);

// The same for a subcommand that takes a model: it reads `settings`, and runs with the allocator
// that workers have by default, so that times are those of a run.
Result<nlohmann::json> ask_worker(std::vector<std::string> arguments,
                                  const WorkerSettings& settings);

}  // namespace rookery
