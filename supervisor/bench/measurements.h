// From what a run left and used to the numbers of its record.
#pragma once

#include <sys/resource.h>

#include "rookery/result.h"
#include "supervisor/bench/memory_sampling.h"
#include "supervisor/bench/run_folder.h"
#include "supervisor/bench/run_record.h"

namespace rookery {

struct Usage {
  const rusage& resources;  // of the whole tree
  const MemorySampler& sampler;
  int cores = 1;  // what CPU utilisation is counted by
};

// Fills in metrics, memory and versions of a run that ended well; `total_seconds` must be there
// already. An Error if the run left no summary, or did none of its recordings.
Status take_measurements(const RunFolder& folder, const Usage& usage, RunRecord& record);

}  // namespace rookery
