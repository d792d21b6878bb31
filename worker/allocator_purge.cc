#include "worker/allocator_purge.h"

#include <dlfcn.h>
#include <malloc.h>

#include <cstddef>

namespace rookery {
namespace {

// Looked up by name, since the allocator is chosen by preloading it.
template <class Function>
Function* find_symbol(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

void purge_jemalloc() {
  auto* mallctl = find_symbol<int(const char*, void*, std::size_t*, void*, std::size_t)>("mallctl");
  if (mallctl == nullptr) return;
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  // 4096 is MALLCTL_ARENAS_ALL of jemalloc.h.
  mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

}  // namespace

void purge_allocator() {
  purge_jemalloc();
  if (auto* release = find_symbol<void()>("MallocExtension_ReleaseFreeMemory")) release();
  if (auto* collect = find_symbol<void(bool)>("mi_collect")) collect(true);
  ::malloc_trim(0);
}

}  // namespace rookery
