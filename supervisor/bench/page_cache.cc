#include "supervisor/bench/page_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <variant>

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
  std::istringstream no_list;
  auto source = InputSource::open(inputs, no_list);
  if (!source) return;  // the run that follows tells it
  for (InputItem item = source->next(); !std::holds_alternative<EndOfInputs>(item);
       item = source->next()) {
    if (const auto* recording = std::get_if<Recording>(&item)) drop_file(recording->path);
  }
}

}  // namespace rookery
