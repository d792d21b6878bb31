// The supervisor tells a worker tree by this environment variable which OpenMP runtime it has
// preloaded: libgomp (LibTorch's own) or libomp. Beside LD_PRELOAD, since it says what that must
// have brought about.
#pragma once

namespace rookery {

inline constexpr const char* kOpenmpVariable = "ROOKERY_OPENMP";

}  // namespace rookery
