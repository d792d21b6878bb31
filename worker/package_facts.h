// What a package's folder says about itself: what it was compiled for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// As tools/compiled_package.py writes it to rookery.json beside the package's own files.
struct PackageFacts {
  std::string torch_version;
  std::vector<std::string> cpu_features;  // as /proc/cpuinfo names them
  std::int64_t batch_rows = 0;            // 0: any number of rows
  std::vector<std::int64_t> row_shape;    // of the input, without the rows
  bool takes_tokens = false;              // the input is of 64-bit integers
  bool takes_lengths = false;
  bool carries_state = false;
};

// Error stage "model".
Result<PackageFacts> read_package_facts(const std::string& folder);

// An Error of stage "model" that names what differs: compiled code runs with one version of
// LibTorch and on processors that have every instruction of the one it was compiled for.
Status check_runs_here(const PackageFacts& facts, const std::string& folder);

}  // namespace rookery
