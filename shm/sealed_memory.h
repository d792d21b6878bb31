// Shared memory without a name: a memfd that is filled, then sealed, so that nobody can change or
// resize it, and that goes with its last holder. In /proc/PID/maps it is "/memfd:rookery-…".
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// A read-only mapping of a sealed memfd and its descriptor. Survives fork(): the child sees the
// same pages. Thread-safe, since nothing changes.
class SealedMemory {
 public:
  // Takes over an inherited descriptor. An Error, telling what was found and what was wanted,
  // unless it is a memfd sealed against shrinking, growing, writing and further seals.
  static Result<SealedMemory> attach(UniqueFd fd);

  std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(region_.get_address()), region_.get_size()};
  }
  // Open for reading only; close-on-exec unless the process that attached cleared it.
  int fd() const { return fd_.get(); }

 private:
  SealedMemory(UniqueFd fd, boost::interprocess::mapped_region region)
      : fd_(std::move(fd)), region_(std::move(region)) {}
  UniqueFd fd_;
  boost::interprocess::mapped_region region_;
};

// The same memory while it is written: zeros at first, private to this process until sealed.
class SealedMemoryBuilder {
 public:
  // `name` without the "rookery-" that is put before it; bytes > 0.
  static Result<SealedMemoryBuilder> create(std::string_view name, std::size_t bytes);

  std::span<std::byte> bytes() {
    return {static_cast<std::byte*>(region_.get_address()), region_.get_size()};
  }
  // Seals; spans taken from bytes() end here.
  Result<SealedMemory> seal() &&;

 private:
  SealedMemoryBuilder(UniqueFd fd, boost::interprocess::mapped_region region)
      : fd_(std::move(fd)), region_(std::move(region)) {}
  UniqueFd fd_;
  boost::interprocess::mapped_region region_;
};

// A sealed memfd that holds a copy of `bytes` (not empty), for passing settings to a child.
Result<SealedMemory> memfd_with(std::string_view name, std::string_view bytes);
// What an inherited memfd made by memfd_with() holds. Takes the descriptor over.
Result<std::string> read_memfd(UniqueFd fd);

}  // namespace rookery
