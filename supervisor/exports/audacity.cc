#include <fmt/format.h>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

class LabelTrack final : public RecordingContents {
 public:
  Status begin(const JournalEntry& /*entry*/, AtomicFile& /*file*/) override { return Done{}; }
  Status add(const Detection& detection, const std::string& label, AtomicFile& file) override {
    const std::string whose =
        detection.channel == Detection::kNoChannel ? "" : fmt::format("{}: ", detection.channel);
    return file.write(fmt::format("{}\t{}\t{}{}\n", seconds_text(detection.start_us),
                                  seconds_text(detection.end_us), whose, one_line(label)));
  }
  Status end(AtomicFile& /*file*/) override { return Done{}; }
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_audacity(const std::string& out_folder,
                                                      const ExportSettings& /*settings*/) {
  return create_per_recording<LabelTrack>(out_folder, ".txt");
}

}  // namespace rookery
