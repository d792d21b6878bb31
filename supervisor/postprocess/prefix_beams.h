// CTC prefix beam search, frame by frame (Hannun et al., "First-Pass Large Vocabulary Continuous
// Speech Recognition using Bi-Directional Recurrent DNNs", 2014, without a language model). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "rookery/scores.h"
#include "supervisor/postprocess/ctc_words.h"
#include "supervisor/postprocess/word_list.h"

namespace rookery {

// Keeps the most probable token sequences so far. Given the same frames it takes the same
// decisions: ties are broken by the tokens' order.
class PrefixBeams {
 public:
  // `words`: what words may be; null for any. Spelling and words outlive this.
  PrefixBeams(const CtcSpelling& spelling, std::size_t width, const WordList* words);

  // One frame's candidates, [token, probability], the frame's number being theirs. Tokens that are
  // not told have no chance in this frame; with none told it is a blank frame.
  void add_frame(std::int64_t frame, std::span<const FrameScore> candidates);
  // Tokens of whole words that no further frame can change; each is given once. A word of more than
  // kMaxOpenTokens tokens is given in parts.
  std::vector<TimedToken> take_settled();
  // All that is left, by the most probable sequence whose last word is one.
  std::vector<TimedToken> finish();

  // Every sequence that it holds; goes on with those, or false and nothing changed.
  std::vector<BeamState> state() const;
  bool resume(const std::vector<BeamState>& beams);

  static constexpr std::size_t kMaxOpenTokens = 256;

 private:
  using Prefix = std::vector<std::int32_t>;
  // Log probabilities of a sequence, of the paths that end in a blank and in its last token.
  struct Paths {
    double blank = 0;
    double token = 0;
    double likeliest = 0;           // of the path that `times` comes from
    std::vector<TimedToken> times;  // of the prefix's tokens, as the likeliest path places them
    double total() const;
  };
  using Beams = std::map<Prefix, Paths>;

  static Paths& paths_of(Beams& beams, const Prefix& prefix);
  static void offer(Paths& paths, double path, const std::vector<TimedToken>& times);
  void extend(Beams& next, const Prefix& prefix, const Paths& paths, const FrameScore& candidate);
  bool allowed(const Prefix& prefix, std::int32_t token) const;
  std::string open_word(const Prefix& prefix) const;
  void prune(Beams& next);
  const Beams::value_type& best() const;
  std::size_t settled_tokens() const;
  void keep_only_those_beginning_like(const Prefix& best, std::size_t tokens);

  const CtcSpelling& spelling_;
  std::size_t width_;
  const WordList* words_;
  Beams beams_;
};

}  // namespace rookery
