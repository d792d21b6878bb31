// What all runs of a bench folder must have been made with.
#pragma once

#include <map>
#include <string>

#include "rookery/result.h"
#include "supervisor/bench/run_record.h"

namespace rookery {

class MadeWith {
 public:
  // Notes what a run of `model`, as its cell names it, was made with: Rookery's version and build,
  // LibTorch, the CPU capability and the model's digest. An Error of stage "config" if it differs
  // from that of an earlier run; a run that tells nothing, as one that failed, agrees with all.
  Status note(const std::string& model, const RunRecord& record);

 private:
  std::map<std::string, std::string> known_;
};

}  // namespace rookery
