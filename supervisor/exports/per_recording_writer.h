// What the formats with a file for each recording have in common: where it stands, and when it is
// written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "supervisor/atomic_file.h"
#include "supervisor/exports/export.h"

namespace rookery {

// The text of one recording's file after the other's, in pieces. For each recording: begin(),
// add() for its rows in row order, end(); what they return makes up the file.
class RecordingText {
 public:
  virtual ~RecordingText() = default;
  virtual std::string begin(const JournalEntry& entry) = 0;
  virtual std::string add(const Detection& detection, const std::string& label) = 0;
  virtual std::string end() = 0;
};

// Writes a file for each recording that is done, under its key with `suffix` appended, and removes
// the one that an earlier run wrote for a recording that is done no more. A recording whose file
// can't be written doesn't keep the others from theirs: close() returns the first Error.
class PerRecordingWriter final : public ExportWriter {
 public:
  PerRecordingWriter(std::string out_folder, std::string_view suffix,
                     std::unique_ptr<RecordingText> text);

  Status begin_recording(const JournalEntry& entry) override;
  Status add(const Detection& detection, const std::string& label) override;
  Status end_recording() override;
  Status close() override;

 private:
  Status open_file(const JournalEntry& entry);
  void keep(const Status& status);

  std::string out_folder_;
  std::string suffix_;
  std::unique_ptr<RecordingText> text_;
  std::string path_;
  std::optional<AtomicFile> file_;
  std::optional<Error> first_error_;
};

// Creates a PerRecordingWriter of a Text.
template <class Text, class... Arguments>
Result<std::unique_ptr<ExportWriter>> create_per_recording(const std::string& out_folder,
                                                           std::string_view suffix,
                                                           const Arguments&... arguments) {
  return std::unique_ptr<ExportWriter>(std::make_unique<PerRecordingWriter>(
      out_folder, suffix, std::make_unique<Text>(arguments...)));
}

}  // namespace rookery
