#include "shm/fd_mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace rookery {
namespace {

namespace interprocess = boost::interprocess;

std::string seal_names(int seals) {
  using SealName = std::pair<int, const char*>;
  static constexpr std::array kNames = {
      SealName{F_SEAL_SHRINK, "shrink"}, SealName{F_SEAL_GROW, "grow"},
      SealName{F_SEAL_WRITE, "write"}, SealName{F_SEAL_SEAL, "seal"}};
  std::string names;
  for (const auto& [seal, name] : kNames) {
    if (seals & seal) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names.empty() ? "nothing" : names;
}

}  // namespace

Error memory_error(const std::string& what) {
  return {"shared memory", what + ": " + std::strerror(errno), ""};
}

Result<UniqueFd> make_memfd(std::string_view name, std::size_t bytes) {
  const std::string full_name = "rookery-" + std::string(name);
  const std::string what = full_name + " of " + std::to_string(bytes) + " bytes cannot be made";
  UniqueFd fd(::memfd_create(full_name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return memory_error(what);
  if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0) return memory_error(what);
  return fd;
}

Result<interprocess::mapped_region> map_fd(int fd, interprocess::mode_t mode, std::size_t bytes) {
  try {
    return interprocess::mapped_region(FdMapping(fd, mode), mode, 0, bytes);
  } catch (const interprocess::interprocess_exception& problem) {
    return Error{"shared memory",
                 std::to_string(bytes) + " bytes of descriptor " + std::to_string(fd) +
                     " cannot be mapped: " + std::strerror(problem.get_native_error()),
                 ""};
  }
}

Result<std::size_t> size_of_fd(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) {
    return memory_error("descriptor " + std::to_string(fd) + " has no size");
  }
  return static_cast<std::size_t>(status.st_size);
}

Status require_seals(int fd, int wanted) {
  const std::string descriptor = "descriptor " + std::to_string(fd);
  const int found = ::fcntl(fd, F_GET_SEALS);
  if (found < 0) return memory_error(descriptor + " is no memory that can be sealed");
  if ((found & wanted) == wanted) return Done{};
  return Error{
      "shared memory",
      descriptor + " is sealed against " + seal_names(found) + "; wanted " + seal_names(wanted),
      ""};
}

}  // namespace rookery
