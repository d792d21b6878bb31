#include "supervisor/postprocess/ctc_words.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rookery {

CtcSpelling::CtcSpelling(const ModelCard& card)
    : blank_(card.ctc.blank),
      texts_(card.labels),
      ends_before_(card.labels.size(), card.ctc.each_token_is_a_word()) {
  const std::string& word_start = card.ctc.word_start;
  for (std::size_t token = 0; token < texts_.size(); ++token) {
    if (word_start.empty() || !texts_[token].starts_with(word_start)) continue;
    texts_[token].erase(0, word_start.size());
    ends_before_[token] = true;
  }
  for (const std::int32_t token : card.ctc.silent) texts_.at(index(token)).clear();
  texts_.at(index(blank_)).clear();
  ends_before_.at(index(blank_)) = false;
  if (card.ctc.word_delimiter < 0) return;
  texts_.at(index(card.ctc.word_delimiter)).clear();
  ends_before_.at(index(card.ctc.word_delimiter)) = true;
}

CtcWords::CtcWords(const CtcSpelling& spelling, std::int32_t sample_rate,
                   std::int64_t samples_per_frame, std::int64_t recording_samples)
    : spelling_(spelling),
      sample_rate_(sample_rate),
      samples_per_frame_(samples_per_frame),
      recording_samples_(recording_samples) {}

std::optional<Detection> CtcWords::add(const TimedToken& token) {
  std::optional<Detection> ended;
  if (spelling_.ends_word_before(token.token)) ended = finish();
  if (!spelling_.text(token.token).empty()) open_.push_back(token);
  return ended;
}

std::optional<Detection> CtcWords::finish() {
  if (open_.empty()) return std::nullopt;
  Detection word;
  word.label = -1;
  word.start_us = frame_us(open_.front().begin_frame);
  word.end_us = frame_us(open_.back().end_frame);
  double log_probability = 0;
  for (const TimedToken& token : open_) {
    word.text += spelling_.text(token.token);
    log_probability += std::log(static_cast<double>(token.probability));
  }
  word.score = static_cast<float>(std::exp(log_probability / static_cast<double>(open_.size())));
  open_.clear();
  return word;
}

std::int64_t CtcWords::frame_us(std::int64_t frame) const {
  return samples_to_us(std::min(frame * samples_per_frame_, recording_samples_), sample_rate_);
}

bool CtcWords::is_possible(const TimedToken& token) const {
  return spelling_.knows(token.token) && is_possible_range(token.begin_frame, token.end_frame) &&
         token.end_frame <= kFurthestSample / samples_per_frame_ &&
         std::isfinite(token.probability);
}

bool CtcWords::resume(const std::vector<TimedToken>& open) {
  const auto possible = [this](const TimedToken& token) { return is_possible(token); };
  if (!std::ranges::all_of(open, possible)) return false;
  open_ = open;
  return true;
}

}  // namespace rookery
