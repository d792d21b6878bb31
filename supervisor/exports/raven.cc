#include <fmt/format.h>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

// A selection spans all that the model hears: 0 to half its sample rate.
class SelectionTable final : public RecordingText {
 public:
  explicit SelectionTable(std::int32_t sample_rate)
      : high_frequency_(fmt::format("{:.1f}", sample_rate / 2.0)) {}

  std::string begin(const JournalEntry& /*entry*/) override {
    selections_ = 0;
    return "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\t"
           "High Freq (Hz)\tLabel\tScore\n";
  }
  std::string add(const Detection& detection, const std::string& label) override {
    return fmt::format("{}\tSpectrogram 1\t1\t{}\t{}\t0.0\t{}\t{}\t{}\n", ++selections_,
                       seconds_text(detection.start_us), seconds_text(detection.end_us),
                       high_frequency_, one_line(label), score_text(detection.score));
  }
  std::string end() override { return ""; }

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
