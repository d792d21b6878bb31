// The OpenMP runtime that LibTorch's operators run on. LibTorch is linked against libgomp; libomp,
// preloaded, answers the same calls.
#pragma once

#include <string>

#include "rookery/result.h"

namespace rookery {

// The library that LibTorch's OpenMP calls go to; "" if there is none.
std::string openmp_library();

// An Error of stage "start" unless it is the runtime that the supervisor wants (kOpenmpVariable).
Status check_openmp_runtime();

// Starts it, without threads, as it must be done anew after each fork. As libomp starts it asks for
// what a worker's sandbox refuses later.
void open_openmp_runtime();

}  // namespace rookery
