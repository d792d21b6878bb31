// A regular file as libsndfile reads it: where its header keeps libsndfile 1.2.0 from opening a
// file that can be read, other bytes are shown instead.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rookery/result.h"
#include "worker/regular_file.h"

namespace rookery {

struct CloseSndfile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using SndfileHandle = std::unique_ptr<SNDFILE, CloseSndfile>;

// Not thread-safe, not movable: an open handle keeps its address, and must be closed first.
class SndfileStream {
 public:
  // As the file is, or rather can be: what is missing at its end does not count.
  explicit SndfileStream(RegularFile& file);
  // As a whole file of `bytes` bytes, to learn what a header promises.
  SndfileStream(RegularFile& file, std::int64_t bytes) : file_(file), size_(bytes) {}

  SndfileStream(const SndfileStream&) = delete;
  SndfileStream& operator=(const SndfileStream&) = delete;

  // Opens it from its start. Error: stage "probe", with libsndfile's reason.
  Result<SndfileHandle> open(SF_INFO& info);

 private:
  struct Patch {
    std::int64_t begin = 0;
    std::vector<std::byte> bytes;
  };

  static std::optional<Patch> patch_for(RegularFile& file);
  static SndfileStream& of(void* user_data) { return *static_cast<SndfileStream*>(user_data); }
  static sf_count_t seek(sf_count_t offset, int whence, void* user_data);
  static sf_count_t read(void* out, sf_count_t bytes, void* user_data);
  void apply_patch(std::span<std::byte> read_bytes) const;

  RegularFile& file_;
  std::int64_t size_;
  std::int64_t position_ = 0;
  std::optional<Patch> patch_;
};

}  // namespace rookery
