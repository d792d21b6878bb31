// Joins file descriptors to Boost.Interprocess's mapped_region, and names memfds. Private to shm.
#pragma once

#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <string>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// What mapped_region wants of a thing that can be mapped. Owns nothing.
class FdMapping {
 public:
  FdMapping(int fd, boost::interprocess::mode_t mode) : fd_(fd), mode_(mode) {}
  boost::interprocess::mapping_handle_t get_mapping_handle() const { return {fd_, false}; }
  boost::interprocess::mode_t get_mode() const { return mode_; }

 private:
  int fd_;
  boost::interprocess::mode_t mode_;
};

// "what: errno in words", of stage "shared memory".
Error memory_error(const std::string& what);

// A memfd of `bytes` zeros, close-on-exec, that can be sealed; "rookery-" is put before `name`.
Result<UniqueFd> make_memfd(std::string_view name, std::size_t bytes);

// All of a descriptor's file, shared.
Result<boost::interprocess::mapped_region> map_fd(int fd, boost::interprocess::mode_t mode,
                                                  std::size_t bytes);

// The size in bytes of a descriptor's file.
Result<std::size_t> size_of_fd(int fd);

// Refuses, telling found and wanted, a descriptor that is no memfd with at least these F_SEAL_
// flags.
Status require_seals(int fd, int wanted);

}  // namespace rookery
