#include "supervisor/exports/cues.h"

#include <algorithm>
#include <utility>

namespace rookery {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & '\xC0') != '\x80'; }));
}

}  // namespace

std::optional<Cue> CueBuilder::add(std::int64_t start_us, std::int64_t end_us,
                                   std::string_view word) {
  std::optional<Cue> before;
  if (!cue_ || !goes_on(start_us, end_us, word)) {
    before = std::exchange(cue_, Cue{start_us, end_us, {}});
  }
  append(word);
  cue_->end_us = std::max(cue_->end_us, end_us);
  return before;
}

std::optional<Cue> CueBuilder::finish() { return std::exchange(cue_, std::nullopt); }

bool CueBuilder::goes_on(std::int64_t start_us, std::int64_t end_us, std::string_view word) const {
  return start_us - cue_->end_us < limits_.pause_us &&
         end_us - cue_->start_us <= limits_.duration_us &&
         (cue_->lines.size() < limits_.lines || fits_line(word));
}

bool CueBuilder::fits_line(std::string_view word) const {
  return !cue_->lines.empty() &&
         characters(cue_->lines.back()) + 1 + characters(word) <= limits_.line_length;
}

void CueBuilder::append(std::string_view word) {
  if (fits_line(word)) {
    cue_->lines.back().append(" ").append(word);
  } else {
    cue_->lines.emplace_back(word);
  }
}

}  // namespace rookery
