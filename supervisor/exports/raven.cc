#include <fmt/format.h>

#include <algorithm>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

// A selection spans all that the model hears: 0 to half its sample rate.
class SelectionTable final : public RecordingContents {
 public:
  explicit SelectionTable(std::int32_t sample_rate)
      : high_frequency_(fmt::format("{:.1f}", sample_rate / 2.0)) {}

  Status begin(const JournalEntry& /*entry*/, AtomicFile& file) override {
    selections_ = 0;
    return file.write(
        "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\t"
        "High Freq (Hz)\tLabel\tScore\n");
  }
  Status add(const Detection& detection, const std::string& label, AtomicFile& file) override {
    return file.write(fmt::format("{}\tSpectrogram 1\t{}\t{}\t{}\t0.0\t{}\t{}\t{}\n", ++selections_,
                                  std::max(detection.channel, 1), seconds_text(detection.start_us),
                                  seconds_text(detection.end_us), high_frequency_, one_line(label),
                                  score_text(detection.score)));
  }
  Status end(AtomicFile& /*file*/) override { return Done{}; }

 private:
  std::string high_frequency_;
  std::int64_t selections_ = 0;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_raven(const std::string& out_folder,
                                                   const ExportSettings& settings) {
  return create_per_recording<SelectionTable>(out_folder, ".selections.txt", settings.sample_rate);
}

}  // namespace rookery
