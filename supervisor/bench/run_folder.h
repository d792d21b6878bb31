// The folder of one measured run.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// Removed with all it holds when this goes.
class RunFolder {
 public:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  // Makes it with config(): `yaml`, the inputs and out(). What a killed session left is removed.
  Status make(const std::string& yaml, const std::vector<std::string>& inputs) const;

  std::string config() const { return path_ + "/cell.yaml"; }
  std::string said() const { return path_ + "/said.txt"; }  // standard output and error
  std::string out() const { return path_ + "/out"; }

  // The end of what the run said, on one line.
  std::string last_words() const;

 private:
  std::string path_;
};

}  // namespace rookery
