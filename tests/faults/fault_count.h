// How often a library of this folder has really done its harm, for the harness to read.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace rookery::faults {

using SharedCount = std::atomic<std::uint64_t>;
static_assert(SharedCount::is_always_lock_free);

// The first eight bytes of the file that the environment variable names; nullptr without one. To be
// called when the library is loaded: a worker cannot open it any more. Outlives whoever counts,
// since it is mapped.
inline SharedCount* map_count(const char* variable) {
  const char* path = std::getenv(variable);
  if (path == nullptr) return nullptr;
  const int descriptor = ::open(path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  void* bytes =
      ::mmap(nullptr, sizeof(SharedCount), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  return bytes == MAP_FAILED ? nullptr : static_cast<SharedCount*>(bytes);
}

inline void add_one(SharedCount* count) {
  if (count != nullptr) count->fetch_add(1);
}

inline std::uint64_t count_of(const SharedCount* count) {
  return count == nullptr ? 0 : count->load();
}

}  // namespace rookery::faults
