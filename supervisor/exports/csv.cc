#include <fmt/format.h>

#include <string_view>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/row_text.h"
#include "supervisor/exports/single_file_writer.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

// RFC 4180: quoted when it must be, quotes doubled.
std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char byte : text) {
    if (byte == '"') field += '"';
    field += byte;
  }
  return field + "\"";
}

class CsvWriter final : public SingleFileWriter {
 public:
  using SingleFileWriter::SingleFileWriter;

  Status begin_recording(const JournalEntry& entry) override {
    recording_ = csv_field(encode_key(entry.key));
    return Done{};
  }
  Status add(const Detection& detection, const std::string& label) override {
    return write(fmt::format("{},{},{},{},{}\n", recording_, seconds_text(detection.start_us),
                             seconds_text(detection.end_us), csv_field(label),
                             score_text(detection.score)));
  }

 private:
  std::string recording_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_csv(const std::string& out_folder,
                                                 const ExportSettings& /*settings*/) {
  return create_single_file<CsvWriter>(out_folder + "/detections.csv",
                                       "recording,start,end,label,score\n");
}

}  // namespace rookery
