// A space of three cells.
#pragma once

#include "supervisor/bench/bench_config.h"

namespace rookery {

inline const char* const kConfig = R"(
model: some/model
inputs: {recordings: [a.wav]}
run: {formats: [jsonl]}
matrix: {workers: [1, 2], allocator: [jemalloc, glibc]}
exclude: [{workers: 2, allocator: glibc}]
baseline: {workers: 1, allocator: glibc}
)";

inline BenchConfig config() { return *parse_bench_config(kConfig, "bench.yaml"); }

}  // namespace rookery
