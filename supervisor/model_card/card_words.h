// The words that a model card uses for its enumerations.
#pragma once

#include <string>

#include "rookery/model_card.h"
#include "supervisor/config/value_kinds.h"

namespace rookery {

inline const Choices<Tail> kTailWords = {
    {"shift", Tail::kShift}, {"pad", Tail::kPad}, {"drop", Tail::kDrop}};
inline const Choices<FrontEndType> kFrontEndWords = {{"waveform", FrontEndType::kWaveform},
                                                     {"log_mel", FrontEndType::kLogMel},
                                                     {"tokens", FrontEndType::kTokens}};
inline const Choices<MelScale> kMelScaleWords = {{"htk", MelScale::kHtk},
                                                 {"slaney", MelScale::kSlaney}};
inline const Choices<MelNorm> kMelNormWords = {{"none", MelNorm::kNone},
                                               {"slaney", MelNorm::kSlaney}};
inline const Choices<LogKind> kLogWords = {{"none", LogKind::kNone},
                                           {"ln", LogKind::kLn},
                                           {"log10", LogKind::kLog10},
                                           {"db", LogKind::kDb}};
inline const Choices<PadMode> kPadModeWords = {{"reflect", PadMode::kReflect},
                                               {"zero", PadMode::kZero}};
inline const Choices<MelLayout> kLayoutWords = {{"btm", MelLayout::kBatchTimeMel},
                                                {"bmt", MelLayout::kBatchMelTime},
                                                {"b1tm", MelLayout::kBatchOneTimeMel},
                                                {"b1mt", MelLayout::kBatchOneMelTime}};
inline const Choices<OutputType> kOutputWords = {{"tags", OutputType::kTags},
                                                 {"frames", OutputType::kFrames},
                                                 {"ctc", OutputType::kCtc},
                                                 {"embedding", OutputType::kEmbedding}};
inline const Choices<Activation> kActivationWords = {{"none", Activation::kNone},
                                                     {"sigmoid", Activation::kSigmoid},
                                                     {"softmax", Activation::kSoftmax}};

template <class Enum>
std::string word_for(const Choices<Enum>& words, Enum value) {
  return choice(words).print(value);
}

}  // namespace rookery
