#include "supervisor/journal/vector_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <span>
#include <utility>

#include "supervisor/journal/checksums.h"
#include "supervisor/journal/journal_damage.h"
#include "supervisor/sync_folder.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

static_assert(std::endian::native == std::endian::little, "vector files are little-endian");
static_assert(sizeof(TimeSpan) == 2 * sizeof(std::int64_t));

constexpr mode_t kFileMode = 0666;  // less the umask, as all files of the folder

Error failure(std::string_view path, std::string_view what, int code) {
  return system_error("journal", path, what, code);
}

Status write_all(int fd, const std::string& path, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(path, "written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return Done{};
}

Status read_all(int fd, const std::string& path, std::span<std::byte> bytes, std::int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(path, "read", errno);
    if (count == 0) {
      return Error{"journal", fmt::format("{} ends before what the journal says it holds", path),
                   repair_remedy(path)};
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += count;
  }
  return Done{};
}

bool lies_within(const VectorPlace& place, std::int64_t file_bytes) {
  constexpr auto value_bytes = std::int64_t{sizeof(float)};
  const auto [count, length] = place.shape;
  if (count < 0 || length < 1 || length > file_bytes / value_bytes) return false;
  if (place.offset < 0 || place.offset > file_bytes) return false;
  const std::int64_t vector_bytes = std::int64_t{sizeof(TimeSpan)} + length * value_bytes;
  return count <= (file_bytes - place.offset) / vector_bytes;
}

}  // namespace

std::string VectorFiles::path_of(std::int64_t run) const {
  return fmt::format("{}.vectors-{}", journal_path_, run);
}

Status VectorFiles::open_for_appending(std::int64_t run) {
  if (run_ == run && appending_.get() >= 0) return Done{};
  Status synced = sync();
  if (!synced) return synced;
  const std::string path = path_of(run);
  appending_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode));
  if (appending_.get() < 0) return failure(path, "opened", errno);
  run_ = run;
  end_ = ::lseek(appending_.get(), 0, SEEK_END);
  return end_ < 0 ? failure(path, "opened", errno) : sync_folder_of("journal", path);
}

Result<VectorPlace> VectorFiles::append(std::int64_t run, const SegmentVectors& vectors) {
  const Status opened = open_for_appending(run);
  if (!opened) return opened.error();
  dirty_ = true;
  const std::string path = path_of(run);
  const auto times = std::as_bytes(std::span(vectors.times));
  const auto values = std::as_bytes(std::span(vectors.values));
  for (const auto bytes : {times, values}) {
    const Status written = write_all(appending_.get(), path, bytes);
    if (!written) return written.error();
  }
  const VectorPlace place{
      run, end_, {std::ssize(vectors.times), vectors.length}, checksum_of(vectors)};
  end_ += static_cast<std::int64_t>(times.size() + values.size());
  return place;
}

Status VectorFiles::sync() {
  if (!dirty_) return Done{};
  if (::fdatasync(appending_.get()) != 0) return failure(path_of(run_), "written", errno);
  dirty_ = false;
  return Done{};
}

Result<int> VectorFiles::open_for_reading(std::int64_t run) {
  if (reading_run_ == run && reading_.get() >= 0) return reading_.get();
  reading_.reset(::open(path_of(run).c_str(), O_RDONLY | O_CLOEXEC));
  if (reading_.get() < 0) return failure(path_of(run), "opened", errno);
  reading_run_ = run;
  return reading_.get();
}

Result<SegmentVectors> VectorFiles::read(const VectorPlace& place) {
  const Result<int> fd = open_for_reading(place.run);
  if (!fd) return fd.error();
  // Before memory is taken for them.
  if (!lies_within(place, ::lseek(*fd, 0, SEEK_END))) {
    return journal_damage(path_of(place.run), "it ends before what the journal says it holds");
  }
  SegmentVectors vectors;
  vectors.length = place.shape.length;
  vectors.times.resize(static_cast<std::size_t>(place.shape.count));
  vectors.values.resize(static_cast<std::size_t>(place.shape.count * place.shape.length));
  const auto times = std::as_writable_bytes(std::span(vectors.times));
  const auto values = std::as_writable_bytes(std::span(vectors.values));
  const std::string path = path_of(place.run);
  Status status = read_all(*fd, path, times, place.offset);
  if (status) {
    status = read_all(*fd, path, values, place.offset + static_cast<std::int64_t>(times.size()));
  }
  if (!status) return status.error();
  if (checksum_of(vectors) != place.checksum) {
    return journal_damage(path, "vectors in it aren't those that were written");
  }
  return vectors;
}

}  // namespace rookery
