// libomp notes in /dev/shm that it is in this process, so that a second copy in the process would
// be seen. A killed process would leave the file behind. It gets memory without a name instead: by
// this file's shm_open(), which comes before the C library's for all libraries of the program.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace {

constexpr std::string_view kPresence = "/__KMP_REGISTERED_LIB_";
constexpr off_t kBytes = 4096;  // read as zeros before anything is written

bool is_presence(const char* name) { return std::string_view(name).starts_with(kPresence); }

template <class Function>
Function* next_named(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int memory_without_name() {
  const int fd = ::memfd_create("openmp", MFD_CLOEXEC);
  if (fd < 0 || ::ftruncate(fd, kBytes) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

extern "C" {

int shm_open(const char* name, int flags, mode_t mode) {
  if (is_presence(name)) return memory_without_name();
  return next_named<int(const char*, int, mode_t)>("shm_open")(name, flags, mode);
}

int shm_unlink(const char* name) {
  if (!is_presence(name)) return next_named<int(const char*)>("shm_unlink")(name);
  errno = ENOENT;
  return -1;
}

}  // extern "C"
