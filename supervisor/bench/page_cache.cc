#include "supervisor/bench/page_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "rookery/unique_fd.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

void drop_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return;
  ::fdatasync(fd.get());  // pages that are not written yet cannot be dropped
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace

void drop_from_page_cache(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code code;
    if (!fs::is_directory(path, code)) {
      drop_file(path);
      continue;
    }
    for (fs::recursive_directory_iterator entry(path, code);
         !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
      if (entry->is_regular_file(code)) drop_file(entry->path());
    }
  }
}

}  // namespace rookery
