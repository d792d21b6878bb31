#include "supervisor/host/allocator_presets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rookery {

const std::vector<AllocatorPreset>& allocator_presets() {
  // background_thread stays off everywhere: the fork server must have exactly one thread.
  static const std::vector<AllocatorPreset> kPresets = {
      {"jemalloc",
       "libjemalloc.so.2",
       {{"MALLOC_CONF", "background_thread:false,dirty_decay_ms:-1,muzzy_decay_ms:-1"}},
       "jemalloc keeping its pages: the default"},
      {"jemalloc-default",
       "libjemalloc.so.2",
       {{"MALLOC_CONF", "background_thread:false"}},
       "jemalloc as it comes: gives large buffers back at once"},
      {"jemalloc-thp",
       "libjemalloc.so.2",
       {{"MALLOC_CONF",
         "background_thread:false,dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always,metadata_thp:"
         "auto"}},
       "jemalloc keeping its pages, in huge pages"},
      {"jemalloc-pytorch",
       "libjemalloc.so.2",
       {{"MALLOC_CONF",
         "oversize_threshold:1,background_thread:false,metadata_thp:auto,dirty_decay_ms:9000000000,"
         "muzzy_decay_ms:9000000000"}},
       "jemalloc as PyTorch's tuning guide sets it, without its background thread"},
      {"glibc", "", {}, "the C library's own, as it comes"},
      {"glibc-retain",
       "",
       {{"GLIBC_TUNABLES",
         "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1"}},
       "the C library's own, keeping its memory, in huge pages"},
      {"glibc-hugepages",
       "",
       {{"GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"}},
       "the C library's own, in huge pages"},
      {"tcmalloc", "libtcmalloc_minimal.so.4", {}, "gperftools' tcmalloc"},
      {"mimalloc", "libmimalloc.so.2.0", {}, "mimalloc 2"},
  };
  return kPresets;
}

Result<AllocatorPreset> allocator_preset(const std::string& name) {
  std::vector<std::string> names;
  for (const AllocatorPreset& preset : allocator_presets()) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  return Error{"config", fmt::format("allocator is \"{}\"", name),
               fmt::format("one of {}", fmt::join(names, ", "))};
}

}  // namespace rookery
