#include <fmt/format.h>

#include "supervisor/exports/cue_text.h"
#include "supervisor/exports/formats.h"

namespace rookery {
namespace {

// Character references, as WebVTT's cue text has them.
std::string escaped(const std::string& line) {
  std::string text;
  for (const char byte : line) {
    switch (byte) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      default:
        text += byte;
    }
  }
  return text;
}

class WebVtt final : public CueText {
 protected:
  std::string head() const override { return "WEBVTT\n\n"; }
  std::string cue_text(std::int64_t /*number*/, const Cue& cue) const override {
    std::string text = cue_times(cue, ".") + "\n";
    for (const std::string& line : cue.lines) text += escaped(line) + "\n";
    return text + "\n";
  }
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_vtt(const std::string& out_folder,
                                                 const ExportSettings& /*settings*/) {
  return create_per_recording<WebVtt>(out_folder, ".vtt");
}

}  // namespace rookery
