#include <fmt/format.h>

#include <string_view>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/row_clock.h"
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
  CsvWriter(AtomicFile file, RowClock clock, bool tells_channel)
      : SingleFileWriter(std::move(file)),
        clock_(std::move(clock)),
        tells_channel_(tells_channel) {}

  Status begin_recording(const JournalEntry& entry) override {
    recording_ = csv_field(encode_key(entry.key));
    clock_.begin_recording(entry);
    return Done{};
  }
  Status add(const Detection& detection, const std::string& label) override {
    std::string row =
        fmt::format("{},{},{},{},{}", recording_, seconds_text(detection.start_us),
                    seconds_text(detection.end_us), csv_field(label), score_text(detection.score));
    if (tells_channel_) row += fmt::format(",{}", detection.channel);
    if (clock_.is_set()) row += "," + clock_.time_of(detection).value_or("");
    return write(row + "\n");
  }

 private:
  RowClock clock_;
  bool tells_channel_;
  std::string recording_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_csv(const std::string& out_folder,
                                                 const ExportSettings& settings) {
  const RowClock clock(settings.times);
  std::string header = "recording,start,end,label,score";
  if (settings.each_channel) header += ",channel";
  if (clock.is_set()) header += ",time";
  return create_single_file<CsvWriter>(out_folder + "/detections.csv", header + "\n", clock,
                                       settings.each_channel);
}

}  // namespace rookery
