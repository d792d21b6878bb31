// Tokens of a `ctc` model to words: where a word begins and ends, its text and its confidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/detection.h"
#include "rookery/model_card.h"
#include "supervisor/postprocess/postprocessor_state.h"

namespace rookery {

// How the tokens of a card make words.
class CtcSpelling {
 public:
  explicit CtcSpelling(const ModelCard& card);

  // What a token adds to its word: "" for blank, delimiter and silent tokens.
  const std::string& text(std::int32_t token) const { return texts_.at(index(token)); }
  // Whether a word that stands open ends before this token.
  bool ends_word_before(std::int32_t token) const { return ends_before_.at(index(token)); }
  std::int32_t blank() const { return blank_; }
  bool knows(std::int32_t token) const { return token >= 0 && token < std::ssize(texts_); }

 private:
  static std::size_t index(std::int32_t token) { return static_cast<std::size_t>(token); }

  std::int32_t blank_;
  std::vector<std::string> texts_;
  std::vector<bool> ends_before_;
};

// Puts tokens together. A word lasts from its first token's begin to its last token's end; its
// score is the geometric mean of its tokens' probabilities.
class CtcWords {
 public:
  // Frame t covers samples [t·samples_per_frame, (t+1)·samples_per_frame), clipped to the
  // recording.
  CtcWords(const CtcSpelling& spelling, std::int32_t sample_rate, std::int64_t samples_per_frame,
           std::int64_t recording_samples);

  // The next token; the word that it ends, if any.
  std::optional<Detection> add(const TimedToken& token);
  // The word that is open.
  std::optional<Detection> finish();

  // Whether a token that was read from bytes can be one of this recording.
  bool is_possible(const TimedToken& token) const;

  // The tokens of the word that is open; goes on with those, or false and nothing changed.
  const std::vector<TimedToken>& open() const { return open_; }
  bool resume(const std::vector<TimedToken>& open);

 private:
  std::int64_t frame_us(std::int64_t frame) const;

  const CtcSpelling& spelling_;
  std::int32_t sample_rate_;
  std::int64_t samples_per_frame_;
  std::int64_t recording_samples_;
  std::vector<TimedToken> open_;  // tokens with text
};

}  // namespace rookery
