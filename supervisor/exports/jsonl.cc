#include <fmt/format.h>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/row_clock.h"
#include "supervisor/exports/row_text.h"
#include "supervisor/exports/single_file_writer.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

class JsonlWriter final : public SingleFileWriter {
 public:
  JsonlWriter(AtomicFile file, RowClock clock)
      : SingleFileWriter(std::move(file)), clock_(std::move(clock)) {}

  Status begin_recording(const JournalEntry& entry) override {
    recording_ = json_string(encode_key(entry.key));
    clock_.begin_recording(entry);
    return Done{};
  }
  Status add(const Detection& detection, const std::string& label) override {
    std::string row =
        fmt::format(R"({{"recording":{},"start":{},"end":{},"label":{},"score":{})", recording_,
                    seconds_text(detection.start_us), seconds_text(detection.end_us),
                    json_string(label), score_text(detection.score));
    if (detection.channel != Detection::kNoChannel) {
      row += fmt::format(R"(,"channel":{})", detection.channel);
    }
    if (const auto time = clock_.time_of(detection)) row += fmt::format(R"(,"time":"{}")", *time);
    return write(row + "}\n");
  }

 private:
  RowClock clock_;
  std::string recording_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_jsonl(const std::string& out_folder,
                                                   const ExportSettings& settings) {
  return create_single_file<JsonlWriter>(out_folder + "/detections.jsonl", "",
                                         RowClock(settings.times));
}

}  // namespace rookery
