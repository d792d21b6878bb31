#include <optional>
#include <vector>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/npy_array.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/zip_stream.h"

namespace rookery {
namespace {

constexpr double kUsPerSecond = 1e6;

// Vectors are written as they come; their times, which another member holds, are kept until then.
class NpzArchive final : public RecordingContents {
 public:
  Status begin(const JournalEntry& /*entry*/, AtomicFile& file) override {
    starts_.clear();
    ends_.clear();
    zip_.reset();
    auto opened = ZipStream::open(file);
    if (!opened) return opened.error();
    zip_.emplace(std::move(*opened));
    return Done{};
  }
  Status add(const Detection& /*detection*/, const std::string& /*label*/,
             AtomicFile& /*file*/) override {
    return Done{};
  }
  bool takes_vectors() const override { return true; }
  Status begin_vectors(const VectorShape& shape, AtomicFile& /*file*/) override {
    return begin_array("embedding.npy", "<f4", {shape.count, shape.length}, sizeof(float));
  }
  Status add_vectors(const SegmentVectors& vectors, AtomicFile& /*file*/) override {
    for (const TimeSpan& time : vectors.times) {
      starts_.push_back(static_cast<double>(time.start_us) / kUsPerSecond);
      ends_.push_back(static_cast<double>(time.end_us) / kUsPerSecond);
    }
    return zip_->write(npy_bytes(vectors.values));
  }
  Status end(AtomicFile& /*file*/) override {
    Status status = write_array("start.npy", starts_);
    if (status) status = write_array("end.npy", ends_);
    return status ? zip_->close() : status;
  }

 private:
  Status begin_array(const std::string& name, std::string_view type,
                     const std::vector<std::int64_t>& shape, std::size_t number_bytes) {
    const std::string header = npy_header(type, shape);
    auto size = static_cast<std::int64_t>(number_bytes);
    for (const std::int64_t extent : shape) size *= extent;
    Status begun = zip_->begin_member(name, std::ssize(header) + size);
    return begun ? zip_->write(header) : begun;
  }
  Status write_array(const std::string& name, const std::vector<double>& numbers) {
    Status begun = begin_array(name, "<f8", {std::ssize(numbers)}, sizeof(double));
    return begun ? zip_->write(npy_bytes(numbers)) : begun;
  }

  std::optional<ZipStream> zip_;
  std::vector<double> starts_;
  std::vector<double> ends_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_npz(const std::string& out_folder,
                                                 const ExportSettings& /*settings*/) {
  return create_per_recording<NpzArchive>(out_folder, ".npz");
}

}  // namespace rookery
