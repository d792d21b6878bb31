#include "shm/sealed_memory.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "shm/fd_mapping.h"

namespace rookery {
namespace {

namespace interprocess = boost::interprocess;

constexpr int kAllSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

// The same memory through a descriptor that cannot write. Kernels before 6.7 refuse any shared
// mapping of a write-sealed memfd through one that can.
Result<UniqueFd> reopen_read_only(int fd) {
  UniqueFd reopened(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reopened) {
    return memory_error("descriptor " + std::to_string(fd) + " cannot be reopened for reading");
  }
  return reopened;
}

}  // namespace

Result<SealedMemory> SealedMemory::attach(UniqueFd fd) {
  if (Status sealed = require_seals(fd.get(), kAllSeals); !sealed) return sealed.error();
  auto size = size_of_fd(fd.get());
  if (!size) return size.error();
  if (*size == 0) {
    return Error{"shared memory",
                 "descriptor " + std::to_string(fd.get()) + " holds 0 bytes; wanted some", ""};
  }
  auto reader = reopen_read_only(fd.get());
  if (!reader) return reader.error();
  auto region = map_fd(reader->get(), interprocess::read_only, *size);
  if (!region) return region.error();
  return SealedMemory(*std::move(reader), *std::move(region));
}

Result<SealedMemoryBuilder> SealedMemoryBuilder::create(std::string_view name, std::size_t bytes) {
  if (bytes == 0) return Error{"shared memory", std::string(name) + " of 0 bytes wanted", ""};
  auto fd = make_memfd(name, bytes);
  if (!fd) return fd.error();
  auto region = map_fd(fd->get(), interprocess::read_write, bytes);
  if (!region) return region.error();
  return SealedMemoryBuilder(*std::move(fd), *std::move(region));
}

Result<SealedMemory> SealedMemoryBuilder::seal() && {
  // The kernel refuses to seal against writing while a writable mapping exists.
  region_ = interprocess::mapped_region();
  if (::fcntl(fd_.get(), F_ADD_SEALS, kAllSeals) != 0) {
    return memory_error("descriptor " + std::to_string(fd_.get()) + " cannot be sealed");
  }
  return SealedMemory::attach(std::move(fd_));
}

Result<SealedMemory> memfd_with(std::string_view name, std::string_view bytes) {
  auto builder = SealedMemoryBuilder::create(name, bytes.size());
  if (!builder) return builder.error();
  std::ranges::copy(std::as_bytes(std::span(bytes)), builder->bytes().begin());
  return (*std::move(builder)).seal();
}

Result<std::string> read_memfd(UniqueFd fd) {
  auto memory = SealedMemory::attach(std::move(fd));
  if (!memory) return memory.error();
  const std::span<const std::byte> bytes = memory->bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace rookery
