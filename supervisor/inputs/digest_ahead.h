// Digests of files, computed beside the loop of a run by a thread of their own: a large file takes
// seconds, and the loop has workers to hear.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "rookery/result.h"

namespace rookery {

// For one thread that asks. It is for the caller to ask for no more than it has room for.
class DigestAhead {
 public:
  DigestAhead();

  void ask(std::string path);
  // The answer to the earliest question that none has been given to, see worker/file_digest;
  // nullopt: there is none yet.
  std::optional<Result<std::string>> next();

 private:
  void answer_all(const std::stop_token& stop);
  std::optional<std::string> next_path(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::deque<std::string> paths_;
  std::deque<Result<std::string>> digests_;
  std::jthread thread_;  // last, so that it has ended before the rest goes
};

}  // namespace rookery
