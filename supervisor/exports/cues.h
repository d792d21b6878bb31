// Words of a transcript gathered into cues, the texts that subtitles show one after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

// A text with the time for which it is shown.
struct Cue {
  std::int64_t start_us = 0;
  std::int64_t end_us = 0;
  std::vector<std::string> lines;

  bool operator==(const Cue&) const = default;
};

// What a cue may hold. Lengths are characters (code points).
struct CueLimits {
  std::int64_t pause_us = 700'000;       // a pause this long or longer ends a cue
  std::int64_t duration_us = 7'000'000;  // from the first word's start to the last one's end
  std::size_t line_length = 42;
  std::size_t lines = 2;
};

// Fills line after line, cue after cue. A word is never split: one that is too long for a line, or
// that lasts too long, has a line or a cue of its own. Pure; holds one cue.
class CueBuilder {
 public:
  explicit CueBuilder(const CueLimits& limits = {}) : limits_(limits) {}

  // Takes up the next word, in order of start; `word` is one line. Returns the cue before it if the
  // word begins a new one.
  std::optional<Cue> add(std::int64_t start_us, std::int64_t end_us, std::string_view word);
  // The last cue; the next word begins a new one.
  std::optional<Cue> finish();

 private:
  bool goes_on(std::int64_t start_us, std::int64_t end_us, std::string_view word) const;
  bool fits_line(std::string_view word) const;
  void append(std::string_view word);

  CueLimits limits_;
  std::optional<Cue> cue_;
};

}  // namespace rookery
