#include "supervisor/bench/page_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include "rookery/unique_fd.h"
#include "supervisor/inputs/inputs.h"

namespace rookery {
namespace {

void drop_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return;
  ::fdatasync(fd.get());  // pages that are not written yet cannot be dropped
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace

void drop_from_page_cache(const std::vector<std::string>& inputs) {
  // What cannot be searched is told by the run that follows.
  static_cast<void>(
      for_each_recording(inputs, [](const Recording& recording) { drop_file(recording.path); }));
}

}  // namespace rookery
