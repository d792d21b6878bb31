// LibTorch's process-wide and thread-wide settings: set, then read back.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/result.h"

namespace rookery {

// Once a process, before anything runs: one graph from the first call on (no profiling executor)
// and `inter_op` threads between operators. Error stage "model": LibTorch took another number.
Status set_process_settings(std::int32_t inter_op);

// For the calling thread: `intra_op` threads inside an operator. In a process that is to fork, only
// 1 is safe: a child hangs if its parent ever had a team of OpenMP threads. Errors as above.
Status set_thread_settings(std::int32_t intra_op);

// "LibTorch 2.13.0, AVX512": version, and the instructions it chose for this processor.
std::string torch_description();

}  // namespace rookery
