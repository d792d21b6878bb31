// By how much a piece of work raises this process's resident memory at its peak.
#pragma once

#include <cstdint>

namespace rookery {

class PeakMemory {
 public:
  // Begins: resets the kernel's mark (proc(5), clear_refs). Where it can't be reset, what peaked
  // earlier counts too.
  PeakMemory();

  // Bytes of the peak since the beginning above what was resident then. Shared memory and files
  // (libraries) touched for the first time are left out: such pages are others' too.
  std::int64_t bytes_above_beginning() const;

 private:
  std::int64_t resident_bytes_;
  std::int64_t shared_bytes_;
};

}  // namespace rookery
