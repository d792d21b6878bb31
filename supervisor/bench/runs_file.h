// runs.jsonl: a line for what the runs are made with, then one for each run, each durable before
// the next run begins.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"
#include "rookery/unique_fd.h"
#include "supervisor/bench/run_record.h"

namespace rookery {

// One process writes it at a time: see the lock of a bench folder. Not thread-safe.
class RunsFile {
 public:
  // Makes the file, or takes up one: a last line that was cut off is dropped. One that was begun
  // with other `facts` is an Error of stage "config" that names the first that differs; one that is
  // there and cannot be read is an Error of stage "bench", and stays as it is.
  static Result<RunsFile> open(const std::string& path,
                               const std::map<std::string, std::string>& facts);

  // What it held when it was opened, in the order of the runs.
  const std::vector<RunRecord>& earlier() const { return earlier_; }
  Status append(const RunRecord& record);

 private:
  RunsFile(std::string path, UniqueFd fd, std::vector<RunRecord> earlier)
      : path_(std::move(path)), fd_(std::move(fd)), earlier_(std::move(earlier)) {}

  std::string path_;
  UniqueFd fd_;
  std::vector<RunRecord> earlier_;
};

}  // namespace rookery
