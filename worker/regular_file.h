// One regular file, opened without touching anything that is none, and read through a buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// Not thread-safe, not movable: decoders keep its address. The buffer matters: a decoder that walks
// an MP3 by its frame headers, four bytes at a time, is ten times faster with it. A file that
// shrinks while it is read just ends early; one that the kernel cannot read (a bad disk, a lost
// share) gives nothing any more from then on, and says why.
class RegularFile {
 public:
  // Never blocks and never has a side effect on what it refuses: folders, FIFOs, devices, sockets,
  // also behind links. Error stage "open": those, and a path that is missing, forbidden, a dangling
  // link, or an empty file.
  static Result<std::unique_ptr<RegularFile>> open(const std::string& path);

  ~RegularFile();
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  std::int64_t size() const { return size_; }
  // Reads from byte `position` >= 0 on; returns how many bytes there were.
  std::int64_t read_at(std::int64_t position, std::span<std::byte> out);
  // Of the first read that failed, as an error of this stage.
  std::optional<Error> read_error(const std::string& stage) const;

 private:
  RegularFile(int descriptor, std::int64_t size);
  bool fill_buffer(std::int64_t position);
  // Reads on where the buffer's content ends; false at the file's end and on a failure.
  bool read_more();

  int descriptor_;
  std::int64_t size_;
  std::int64_t buffer_begin_ = 0;
  std::size_t buffer_size_ = 0;
  std::vector<std::byte> buffer_;
  int failure_ = 0;  // errno of the read that failed
  std::int64_t failed_at_ = 0;
};

}  // namespace rookery
