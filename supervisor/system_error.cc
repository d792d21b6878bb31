#include "supervisor/system_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rookery {
namespace {

std::string remedy_for(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "free disk space, then run the same command again";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that may be written";
    default:
      return "";
  }
}

}  // namespace

Error system_error(std::string_view stage, std::string_view path, std::string_view what, int code) {
  return {std::string(stage),
          fmt::format("{} can't be {}: {}", path, what, std::generic_category().message(code)),
          remedy_for(code)};
}

}  // namespace rookery
