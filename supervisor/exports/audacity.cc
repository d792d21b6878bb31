#include <fmt/format.h>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

class LabelTrack final : public RecordingText {
 public:
  std::string begin(const JournalEntry& /*entry*/) override { return ""; }
  std::string add(const Detection& detection, const std::string& label) override {
    return fmt::format("{}\t{}\t{}\n", seconds_text(detection.start_us),
                       seconds_text(detection.end_us), one_line(label));
  }
  std::string end() override { return ""; }
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_audacity(const std::string& out_folder,
                                                      const ExportSettings& /*settings*/) {
  return create_per_recording<LabelTrack>(out_folder, ".txt");
}

}  // namespace rookery
