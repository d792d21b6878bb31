#include "supervisor/config/fingerprint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

#include "supervisor/config/config_keys.h"
#include "supervisor/model_card/card_words.h"

namespace rookery {
namespace {

using Parts = std::map<std::string, std::string>;

// Of an excerpt, in bytes.
constexpr std::size_t kBefore = 20;
constexpr std::size_t kLength = 80;

// Parts that folders begun by earlier versions do not have, with the value that these were made
// with.
const std::map<std::string, std::string>& later_parts() {
  static const std::map<std::string, std::string> kLater = {{"openmp", "libgomp"}};
  return kLater;
}

// Facts with such names are kept for exports; they shape no detections.
constexpr std::string_view kExportPrefix = "export.";

void add_settings(Parts& parts, const ResultSettings& settings) {
  RunConfig config;
  config.results = settings;
  for (const ConfigKey& key : config_keys()) {
    if (key.group == KeyGroup::kResults) parts[key.name] = key.print(config);
  }
}

void add_geometry(Parts& parts, const SegmentGeometry& geometry) {
  parts["card.sample_rate"] = fmt::to_string(geometry.sample_rate);
  parts["card.frame"] = fmt::format("{} samples", geometry.frame);
  parts["card.segment.window"] = fmt::format("{} samples", geometry.window);
  parts["card.segment.hop"] = fmt::format("{} samples", geometry.hop);
  parts["card.segment.context.left"] = fmt::format("{} samples", geometry.context_left);
  parts["card.segment.context.right"] = fmt::format("{} samples", geometry.context_right);
  parts["card.segment.tail"] = word_for(kTailWords, geometry.tail);
}

void add_log_mel(Parts& parts, const LogMelParameters& mel) {
  const std::string prefix = "card.front_end.";
  parts[prefix + "n_fft"] = fmt::to_string(mel.n_fft);
  parts[prefix + "win"] = fmt::to_string(mel.win);
  parts[prefix + "hop"] = fmt::to_string(mel.hop);
  parts[prefix + "n_mels"] = fmt::to_string(mel.n_mels);
  parts[prefix + "f_min"] = fmt::to_string(mel.f_min);
  parts[prefix + "f_max"] = fmt::to_string(mel.f_max);
  parts[prefix + "mel"] = word_for(kMelScaleWords, mel.mel);
  parts[prefix + "norm"] = word_for(kMelNormWords, mel.norm);
  parts[prefix + "power"] = fmt::to_string(mel.power);
  parts[prefix + "log"] = word_for(kLogWords, mel.log);
  parts[prefix + "floor"] = fmt::to_string(mel.floor);
  parts[prefix + "reference"] = fmt::to_string(mel.reference);
  parts[prefix + "top_db"] = fmt::to_string(mel.top_db);
  parts[prefix + "center"] = mel.center ? "true" : "false";
  parts[prefix + "pad_mode"] = word_for(kPadModeWords, mel.pad_mode);
  parts[prefix + "frames"] = fmt::to_string(mel.frames);
  parts[prefix + "layout"] = word_for(kLayoutWords, mel.layout);
}

void add_vocabulary(Parts& parts, const CtcVocabulary& ctc) {
  parts["card.output.blank"] = fmt::to_string(ctc.blank);
  parts["card.output.word_delimiter"] = fmt::to_string(ctc.word_delimiter);
  parts["card.output.word_start"] = ctc.word_start;
  parts["card.output.silent"] = fmt::format("{}", fmt::join(ctc.silent, ", "));
}

void add_card(Parts& parts, const ModelCard& card) {
  add_geometry(parts, card.geometry);
  parts["card.front_end.type"] = word_for(kFrontEndWords, card.front_end.type);
  if (card.front_end.type == FrontEndType::kLogMel) add_log_mel(parts, card.front_end.log_mel);
  if (card.front_end.type == FrontEndType::kTokens) {
    parts["card.front_end.vocabulary"] = fmt::to_string(card.front_end.vocabulary);
  }
  parts["card.state"] = card.carries_state ? "carry" : "none";
  parts["card.lengths"] = card.takes_lengths ? "true" : "false";
  parts["card.output.type"] = word_for(kOutputWords, card.output);
  parts["card.output.activation"] = word_for(kActivationWords, card.activation);
  if (card.output == OutputType::kCtc) add_vocabulary(parts, card.ctc);
  parts["card.labels"] = fmt::format("{}", fmt::join(card.labels, "\n"));
}

// Some of a long value, from shortly before the place where it differs.
std::string excerpt(const std::string& value, const std::string& other) {
  if (value.size() <= kLength) return value;
  const auto [differs, _] = std::mismatch(value.begin(), value.end(), other.begin(), other.end());
  const auto at = static_cast<std::size_t>(differs - value.begin());
  const std::size_t begin = at < kBefore ? 0 : at - kBefore;
  return (begin > 0 ? "…" : "") + value.substr(begin, kLength) +
         (begin + kLength < value.size() ? "…" : "");
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '|');
  return text;
}

std::optional<std::string> find(const Parts& parts, const std::string& name) {
  const auto found = parts.find(name);
  if (found != parts.end()) return found->second;
  const auto later = later_parts().find(name);
  return later == later_parts().end() ? std::nullopt : std::optional(later->second);
}

std::string told(const std::optional<std::string>& value, const std::optional<std::string>& other) {
  return value ? one_line(excerpt(*value, other.value_or(""))) : "not there";
}

}  // namespace

std::map<std::string, std::string> fingerprint(
    const ResultSettings& settings, const ModelCard& card,
    const std::vector<std::pair<std::string, std::string>>& facts) {
  Parts parts;
  add_settings(parts, settings);
  add_card(parts, card);
  parts.insert(facts.begin(), facts.end());
  return parts;
}

std::map<std::string, std::string> member_fingerprint(std::size_t number, const ModelCard& card,
                                                      const std::string& digest) {
  Parts of_card;
  add_card(of_card, card);
  of_card["model.sha256"] = digest;
  Parts parts;
  for (auto& [name, value] : of_card) parts[fmt::format("ensemble.{}.{}", number, name)] = value;
  return parts;
}

std::optional<Error> first_difference(const std::map<std::string, std::string>& earlier,
                                      const std::map<std::string, std::string>& now) {
  std::set<std::string> names;
  for (const auto& [name, value] : earlier) names.insert(name);
  for (const auto& [name, value] : now) names.insert(name);
  for (const std::string& name : names) {
    const auto before = find(earlier, name);
    const auto after = find(now, name);
    if (before == after || name.starts_with(kExportPrefix)) continue;
    return Error{"config",
                 fmt::format("{} was {} when the output folder was begun and is {} now", name,
                             told(before, after), told(after, before)),
                 "go back to the earlier value, or give another output folder"};
  }
  return std::nullopt;
}

}  // namespace rookery
