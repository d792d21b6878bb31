// A ZIP archive written front to back, its members stored without compression, as NumPy does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/result.h"
#include "supervisor/atomic_file.h"

struct archive;

namespace rookery {

// begin_member() and write(), as often as need be, then close(). The same members give the same
// bytes. Destroyed before close(), it writes nothing more. With its source the only place that
// knows libarchive.
class ZipStream {
 public:
  // `file` outlives every call but the destructor.
  static Result<ZipStream> open(AtomicFile& file);

  // A member of `size` bytes, all of which must be written before the next.
  Status begin_member(const std::string& name, std::int64_t size);
  Status write(std::string_view bytes);
  Status close();

 private:
  struct Target {
    AtomicFile* file = nullptr;  // none: what comes is dropped
    std::optional<Error> error;  // of the first write that failed; what comes later is dropped
  };
  struct Closer {
    Target* target = nullptr;
    void operator()(archive* zip) const;
  };
  explicit ZipStream(AtomicFile& file);
  static std::ptrdiff_t take(archive* zip, void* target, const void* bytes, std::size_t size);
  Status outcome(bool done) const;

  std::unique_ptr<Target> target_;  // libarchive keeps its address
  std::unique_ptr<archive, Closer> zip_;
};

}  // namespace rookery
