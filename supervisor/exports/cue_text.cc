#include "supervisor/exports/cue_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

std::int64_t rounded_ms(std::int64_t us) { return (us + 500) / 1000; }

std::string clock_text(std::int64_t ms, std::string_view separator) {
  const std::int64_t seconds = ms / 1000;
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     separator, ms % 1000);
}

}  // namespace

Status CueText::begin(const JournalEntry& /*entry*/, AtomicFile& file) {
  words_.finish();
  cues_ = 0;
  return file.write(head());
}

Status CueText::add(const Detection& detection, const std::string& label, AtomicFile& file) {
  const std::string text = one_line(label);
  if (!detection.text.empty()) {
    return file.write(next(words_.add(detection.start_us, detection.end_us, text)));
  }
  const std::string before = next(words_.finish());
  return file.write(before + next(Cue{detection.start_us, detection.end_us, {text}}));
}

Status CueText::end(AtomicFile& file) { return file.write(next(words_.finish())); }

std::string CueText::next(const std::optional<Cue>& cue) {
  return cue ? cue_text(++cues_, *cue) : "";
}

std::string cue_times(const Cue& cue, std::string_view separator) {
  const std::int64_t start_ms = rounded_ms(cue.start_us);
  const std::int64_t end_ms = std::max(rounded_ms(cue.end_us), start_ms + 1);
  return fmt::format("{} --> {}", clock_text(start_ms, separator), clock_text(end_ms, separator));
}

}  // namespace rookery
