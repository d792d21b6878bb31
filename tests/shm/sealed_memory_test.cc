#include "shm/sealed_memory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

SealedMemory sealed(std::string_view bytes) {
  auto memory = memfd_with("test", bytes);
  if (!memory) throw std::runtime_error(to_string(memory.error()));
  return *std::move(memory);
}

UniqueFd duplicate(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

UniqueFd plain_memfd(int seals) {
  UniqueFd fd(::memfd_create("rookery-test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(::ftruncate(fd.get(), 4096), 0);
  EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, seals), 0);
  return fd;
}

std::string own_maps() {
  std::ostringstream text;
  text << std::ifstream("/proc/self/maps").rdbuf();
  return text.str();
}

RC_GTEST_PROP(SealedMemory, WhatWasPutInIsReadThroughAnInheritedDescriptor,
              (const std::string& bytes)) {
  RC_PRE(!bytes.empty());
  const SealedMemory memory = sealed(bytes);
  const auto read = read_memfd(duplicate(memory.fd()));
  RC_ASSERT(read.ok());
  RC_ASSERT(*read == bytes);
}

TEST(SealedMemory, NoWritableMappingAndNoOtherSizeIsGrantedAfterSealing) {
  // Of the read-only descriptor and of one that can write, as only the publisher ever had.
  UniqueFd writable = plain_memfd(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writable.get(), 0),
            MAP_FAILED);
  EXPECT_EQ(errno, EPERM);
  EXPECT_NE(::ftruncate(writable.get(), 8192), 0);
  EXPECT_EQ(errno, EPERM);

  const SealedMemory memory = sealed("bytes");
  EXPECT_EQ(::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd(), 0), MAP_FAILED);
  EXPECT_EQ(errno, EACCES);
  const int reopened = ::open(("/proc/self/fd/" + std::to_string(memory.fd())).c_str(), O_RDWR);
  const UniqueFd as_writer(reopened);
  if (as_writer) {
    EXPECT_EQ(::pwrite(as_writer.get(), "x", 1, 0), -1);
    EXPECT_EQ(errno, EPERM);
  }
}

TEST(SealedMemory, TheBuildersOwnPagesTurnReadOnly) {
  auto builder = SealedMemoryBuilder::create("test", 4096);
  ASSERT_TRUE(builder.ok());
  builder->bytes()[7] = std::byte{42};
  const auto memory = (*std::move(builder)).seal();
  ASSERT_TRUE(memory.ok()) << to_string(memory.error());
  EXPECT_EQ(memory->bytes().size(), 4096u);
  EXPECT_EQ(memory->bytes()[7], std::byte{42});
  void* page = const_cast<std::byte*>(memory->bytes().data());
  EXPECT_NE(::mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
}

TEST(SealedMemory, IsSeenAsRookerysInTheProcesssMaps) {
  auto memory = memfd_with("weights", "bytes");
  ASSERT_TRUE(memory.ok());
  EXPECT_THAT(own_maps(), HasSubstr("/memfd:rookery-weights"));
  EXPECT_EQ(own_maps().find("/dev/shm/rookery"), std::string::npos);
}

TEST(SealedMemory, ItsDescriptorClosesOnExec) {
  const SealedMemory memory = sealed("bytes");
  EXPECT_TRUE(::fcntl(memory.fd(), F_GETFD) & FD_CLOEXEC);
}

TEST(SealedMemory, MissingSealsAreToldBesideThoseWanted) {
  const auto unsealed = SealedMemory::attach(plain_memfd(0));
  ASSERT_FALSE(unsealed.ok());
  EXPECT_THAT(unsealed.error().reason, AllOf(HasSubstr("is sealed against nothing"),
                                             HasSubstr("wanted shrink, grow, write, seal")));
  const auto partly = SealedMemory::attach(plain_memfd(F_SEAL_SHRINK | F_SEAL_GROW));
  ASSERT_FALSE(partly.ok());
  EXPECT_THAT(partly.error().reason, HasSubstr("is sealed against shrink, grow; wanted"));
}

TEST(SealedMemory, WhatIsNoMemfdIsRefused) {
  const auto file = SealedMemory::attach(UniqueFd(::open("/proc/self/exe", O_RDONLY)));
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().reason, HasSubstr("no memory that can be sealed"));
  const auto closed = SealedMemory::attach(UniqueFd());
  ASSERT_FALSE(closed.ok());
  EXPECT_THAT(closed.error().reason, HasSubstr("Bad file descriptor"));
}

TEST(SealedMemory, NothingIsRefusedAsASize) {
  EXPECT_FALSE(memfd_with("test", "").ok());
  EXPECT_FALSE(SealedMemoryBuilder::create("test", 0).ok());
}

}  // namespace
}  // namespace rookery
