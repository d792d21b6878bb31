// The model card: what a model takes and gives. Read by supervisor/model_card_reader;
// docs/model-cards.md explains every key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/segment.h"

namespace rookery {

// kTokens: each sample is one token, an index into a vocabulary.
enum class FrontEndType { kWaveform, kLogMel, kTokens };
enum class MelScale { kHtk, kSlaney };
enum class MelNorm { kNone, kSlaney };
enum class LogKind { kNone, kLn, kLog10, kDb };
enum class PadMode { kReflect, kZero };
// Axes of the front end's output as the model takes it: batch, channel (1), time, mel.
enum class MelLayout { kBatchTimeMel, kBatchMelTime, kBatchOneTimeMel, kBatchOneMelTime };

// Parameters of the log-mel front end, named as librosa and torchaudio name them; lengths in
// samples, frequencies in Hz.
struct LogMelParameters {
  std::int32_t n_fft = 400;
  std::int32_t win = 400;  // Hann window (periodic), centred in n_fft
  std::int32_t hop = 160;
  std::int32_t n_mels = 80;
  double f_min = 0.0;
  double f_max = 0.0;  // 0: half the sample rate
  MelScale mel = MelScale::kSlaney;
  MelNorm norm = MelNorm::kSlaney;
  double power = 2.0;  // 1: magnitude, 2: power
  LogKind log = LogKind::kLn;
  double floor = 1e-10;    // values below are raised to it before the logarithm
  double reference = 1.0;  // kDb: 10·log10(max(x, floor)) − 10·log10(max(reference, floor))
  double top_db = 0.0;     // kDb: clip to (maximum of the segment − top_db); 0: no clipping
  bool center = true;      // frame t is centred at sample t·hop
  PadMode pad_mode = PadMode::kReflect;
  std::int32_t frames = 0;  // keep the first so many frames; 0: all
  MelLayout layout = MelLayout::kBatchOneTimeMel;

  bool operator==(const LogMelParameters&) const = default;
};

struct FrontEndParameters {
  FrontEndType type = FrontEndType::kWaveform;
  LogMelParameters log_mel;
  std::int32_t vocabulary = 0;  // kTokens: how many there are

  bool operator==(const FrontEndParameters&) const = default;
};

enum class OutputType { kTags, kFrames, kCtc, kEmbedding };
enum class Activation { kNone, kSigmoid, kSoftmax };

// How the tokens of a `ctc` model make words. Tokens are indices into the card's labels.
struct CtcVocabulary {
  std::int32_t blank = 0;
  std::int32_t word_delimiter = -1;  // stands between words; −1: none does
  std::string word_start;            // how a token that begins a word begins ("▁"); "": none does
  std::vector<std::int32_t> silent;  // tokens that add nothing to the text

  bool each_token_is_a_word() const { return word_delimiter < 0 && word_start.empty(); }
  bool operator==(const CtcVocabulary&) const = default;
};

// Largest difference of a score that another form of a model may show, where its card names none.
inline constexpr double kFloatTolerance = 1e-4;
inline constexpr double kBfloat16Tolerance = 0.02;

struct ModelCard {
  std::string name;
  std::string directory;  // where the card was found
  std::string file;       // path of the model file, directory included
  SegmentGeometry geometry;
  FrontEndParameters front_end;
  bool carries_state = false;  // forward(x, state) → (out, state), segment by segment
  bool takes_lengths = false;  // forward(x, lengths): how much of each row is not padding
  OutputType output = OutputType::kTags;
  Activation activation = Activation::kSigmoid;
  CtcVocabulary ctc;                // of kind ctc
  std::int32_t dimensions = 0;      // of kind embedding
  std::vector<std::string> labels;  // of an embedding: none
  std::optional<double> tolerance;  // none: kFloatTolerance, kBfloat16Tolerance

  // Numbers that the model gives for a frame or segment.
  std::int32_t output_width() const {
    return output == OutputType::kEmbedding ? dimensions : static_cast<std::int32_t>(labels.size());
  }
  bool operator==(const ModelCard&) const = default;
};

}  // namespace rookery
