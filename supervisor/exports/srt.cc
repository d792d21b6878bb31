#include <fmt/format.h>

#include "supervisor/exports/cue_text.h"
#include "supervisor/exports/formats.h"

namespace rookery {
namespace {

// The format has no escapes: an arrow in the text, which marks a cue's times, is shortened.
std::string without_arrows(std::string line) {
  for (std::size_t at = 0; (at = line.find("-->", at)) != std::string::npos;) {
    line.erase(at, 1);
    if (at > 0) --at;  // a dash before it makes an arrow of the rest
  }
  return line;
}

class SubRip final : public CueText {
 protected:
  std::string head() const override { return ""; }
  std::string cue_text(std::int64_t number, const Cue& cue) const override {
    std::string text = fmt::format("{}\n{}\n", number, cue_times(cue, ","));
    for (const std::string& line : cue.lines) text += without_arrows(line) + "\n";
    return text + "\n";
  }
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_srt(const std::string& out_folder,
                                                 const ExportSettings& /*settings*/) {
  return create_per_recording<SubRip>(out_folder, ".srt");
}

}  // namespace rookery
