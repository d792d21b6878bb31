// The environment that a worker tree is given besides the supervisor's own.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// Of an allocator preset and an OpenMP runtime (libgomp, libomp), LD_PRELOAD included, with what
// the user preloads behind ours, and of the variables in `given`. MALLOC_CONF and GLIBC_TUNABLES
// go behind the preset's, so that they win. With libomp, threads stay where they are pinned unless
// the user has said where they go. An unknown allocator, or a library that is not
// installed, is an Error of stage "config". In a sanitizer's build nothing is preloaded.
Result<std::vector<std::pair<std::string, std::string>>> worker_environment(
    const std::string& allocator, const std::string& openmp = "libgomp",
    const std::map<std::string, std::string>& given = {});

}  // namespace rookery
