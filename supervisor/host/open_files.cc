#include "supervisor/host/open_files.h"

#include <fmt/format.h>
#include <sys/resource.h>

namespace rookery {

Status allow_open_files(std::int64_t needed, const std::string& whose) {
  rlimit limit{};
  const auto wanted = static_cast<rlim_t>(needed);
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return Done{};
  if (limit.rlim_max < wanted) {
    return Error{"start",
                 fmt::format("{} needs up to {} open files, and {} are allowed", whose, needed,
                             limit.rlim_max),
                 "raise the limit (ulimit -n, LimitNOFILE=), or set workers to less"};
  }
  // No further than needed: who inherits a very high limit may be slow or, with select(), wrong.
  limit.rlim_cur = wanted;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
  return Done{};
}

}  // namespace rookery
