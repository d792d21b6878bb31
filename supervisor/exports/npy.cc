#include "supervisor/exports/formats.h"
#include "supervisor/exports/npy_array.h"
#include "supervisor/exports/per_recording_writer.h"

namespace rookery {
namespace {

class NpyArray final : public RecordingContents {
 public:
  Status begin(const JournalEntry& /*entry*/, AtomicFile& /*file*/) override { return Done{}; }
  Status add(const Detection& /*detection*/, const std::string& /*label*/,
             AtomicFile& /*file*/) override {
    return Done{};
  }
  bool takes_vectors() const override { return true; }
  Status begin_vectors(const VectorShape& shape, AtomicFile& file) override {
    return file.write(npy_header("<f4", {shape.count, shape.length}));
  }
  Status add_vectors(const SegmentVectors& vectors, AtomicFile& file) override {
    return file.write(npy_bytes(vectors.values));
  }
  Status end(AtomicFile& /*file*/) override { return Done{}; }
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_npy(const std::string& out_folder,
                                                 const ExportSettings& /*settings*/) {
  return create_per_recording<NpyArray>(out_folder, ".npy");
}

}  // namespace rookery
