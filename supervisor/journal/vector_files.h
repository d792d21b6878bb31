// The files beside the journal that hold vectors: one for each run that has any, only ever appended
// to. What the journal's rows don't name in them (left by a dead run, or of a recording that was
// done anew) is dead weight, never read.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "rookery/result.h"
#include "rookery/segment_vectors.h"
#include "rookery/unique_fd.h"

namespace rookery {

// Where some vectors lie. In the file: for each vector its start and end as int64, microseconds;
// then the values of all as float32. In the byte order of the host, which must be little-endian.
struct VectorPlace {
  std::int64_t run = 0;
  std::int64_t offset = 0;
  VectorShape shape;
  std::int64_t checksum = 0;  // of the vectors, see checksums
};

// Not thread-safe. Errors have the stage "journal".
class VectorFiles {
 public:
  // Files are called `journal_path` + ".vectors-" + run.
  explicit VectorFiles(std::string journal_path) : journal_path_(std::move(journal_path)) {}

  Result<VectorPlace> append(std::int64_t run, const SegmentVectors& vectors);
  // Makes what was appended durable.
  Status sync();
  Result<SegmentVectors> read(const VectorPlace& place);

 private:
  std::string path_of(std::int64_t run) const;
  Status open_for_appending(std::int64_t run);
  Result<int> open_for_reading(std::int64_t run);

  std::string journal_path_;
  std::int64_t run_ = 0;  // whose file is open for appending
  UniqueFd appending_;
  std::int64_t end_ = 0;  // of that file
  bool dirty_ = false;
  std::int64_t reading_run_ = 0;  // the last that was read of: a folder may have thousands
  UniqueFd reading_;
};

}  // namespace rookery
