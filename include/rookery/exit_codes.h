// Exit codes of every rookery command: a contract with cron jobs and scripts.
#pragma once

#include <csignal>

namespace rookery {

enum ExitCode : int {
  kExitDone = 0,           // everything done
  kExitSomeFailed = 1,     // finished; some recordings failed or have gaps, see errors.jsonl
  kExitUsage = 2,          // wrong command line or config
  kExitCannotGoOn = 3,     // could not start or go on: model, disk full, shared memory
  kExitResumable = 75,     // another run holds the output folder, or stopped in good order
  kExitInterrupted = 130,  // SIGINT; resumable
  kExitTerminated = 143,   // SIGTERM; resumable
};

// As shells count them: 128 and the signal's number.
inline ExitCode exit_code_of_signal(int signal) {
  return signal == SIGTERM ? kExitTerminated : kExitInterrupted;
}

}  // namespace rookery
