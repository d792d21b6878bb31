#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "supervisor/atomic_file.h"
#include "supervisor/exports/formats.h"
#include "supervisor/exports/row_text.h"
#include "supervisor/recording_key.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNameBytes = 255;  // NAME_MAX of every common file system

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

// Whether `relative` can be a file's path below the output folder.
Status check_path(const fs::path& relative) {
  for (const fs::path& name : relative) {
    if (name == "..") {
      return Error{"export",
                   fmt::format("{} would lie outside the output folder", relative.native()), ""};
    }
    if (name.native().size() > kMaxNameBytes) {
      return Error{"export",
                   fmt::format("the file name {} has {} bytes, {} are allowed", name.native(),
                               name.native().size(), kMaxNameBytes),
                   "give the recording a shorter name"};
    }
  }
  return Done{};
}

Status make_folder_for(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code code;
  fs::create_directories(folder, code);
  return code ? Status(system_error("export", folder.native(), "made", code.value())) : Done{};
}

// A recording whose track can't be written doesn't keep the others from theirs: the first error is
// told at the end.
class AudacityWriter final : public ExportWriter {
 public:
  explicit AudacityWriter(std::string out_folder) : out_folder_(std::move(out_folder)) {}

  Status begin_recording(const JournalEntry& entry) override {
    const std::string relative = fs::path(entry.key + ".txt").relative_path().native();
    path_ = out_folder_ + "/" + relative;
    const bool has_track = entry.outcome.state == RecordingState::kDone ||
                           entry.outcome.state == RecordingState::kDoneWithGaps;
    const Status usable = check_path(relative);
    if (has_track) {
      keep(usable ? open_track() : usable);
    } else if (usable) {
      unlink(path_.c_str());  // of an earlier run, when the file had other contents
    }
    return Done{};
  }

  Status add(const Detection& detection, const std::string& label) override {
    if (track_) {
      keep(track_->write(fmt::format("{}\t{}\t{}\n", seconds_text(detection.start_us),
                                     seconds_text(detection.end_us), one_line(label))));
    }
    return Done{};
  }

  Status end_recording() override {
    if (track_) keep(track_->commit());
    track_.reset();
    return Done{};
  }

  Status close() override { return first_error_ ? Status(*first_error_) : Done{}; }

 private:
  Status open_track() {
    Status made = make_folder_for(path_);
    if (!made) return made;
    // Temporary files all lie in the output folder itself, where the next run looks for them.
    auto file = AtomicFile::create(path_, out_folder_);
    if (!file) return file.error();
    track_.emplace(std::move(*file));
    return Done{};
  }

  void keep(const Status& status) {
    if (status) return;
    if (!first_error_) first_error_ = status.error();
    track_.reset();
  }

  std::string out_folder_;
  std::string path_;
  std::optional<AtomicFile> track_;
  std::optional<Error> first_error_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_audacity(const std::string& out_folder) {
  return std::unique_ptr<ExportWriter>(std::make_unique<AudacityWriter>(out_folder));
}

}  // namespace rookery
