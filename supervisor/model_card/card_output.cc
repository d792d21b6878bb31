#include "supervisor/model_card/card_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/config/nearest_name.h"
#include "supervisor/model_card/card_words.h"

namespace rookery {
namespace {

constexpr std::int32_t kMaxDimensions = 65'536;

CtcTokenNames read_vocabulary(CardMap& output, ModelCard& card) {
  CtcTokenNames names;
  names.blank = output.require("blank", text());
  names.word_delimiter = output.get("word_delimiter", text(), std::string());
  names.silent = output.get("silent", texts(), std::vector<std::string>());
  card.ctc.word_start = output.get("word_start", text(), std::string());
  return names;
}

Result<std::int32_t> index_of(const std::string& token, const char* key,
                              const std::string& card_path, const ModelCard& card) {
  const auto found = std::find(card.labels.begin(), card.labels.end(), token);
  if (found != card.labels.end()) return static_cast<std::int32_t>(found - card.labels.begin());
  return Error{"model",
               fmt::format("{}: output.{}: the vocabulary has no token {}; the nearest is {}",
                           card_path, key, token, nearest_name(token, card.labels)),
               "name tokens as they stand in the labels file"};
}

}  // namespace

CtcTokenNames read_output(CardMap output, ModelCard& card) {
  card.output = output.require("type", choice(kOutputWords));
  card.activation = output.get("activation", choice(kActivationWords), Activation::kNone);
  CtcTokenNames names;
  if (card.output == OutputType::kCtc) names = read_vocabulary(output, card);
  if (card.output == OutputType::kEmbedding) {
    card.dimensions = output.require("dimensions", whole_number<std::int32_t>(1, kMaxDimensions));
  }
  output.refuse_unknown_keys();
  return names;
}

Status resolve_tokens(const CtcTokenNames& names, const std::string& card_path, ModelCard& card) {
  if (card.output != OutputType::kCtc) return Done{};
  const auto blank = index_of(names.blank, "blank", card_path, card);
  if (!blank) return blank.error();
  card.ctc.blank = *blank;
  if (!names.word_delimiter.empty()) {
    const auto delimiter = index_of(names.word_delimiter, "word_delimiter", card_path, card);
    if (!delimiter) return delimiter.error();
    card.ctc.word_delimiter = *delimiter;
  }
  for (const std::string& name : names.silent) {
    const auto token = index_of(name, "silent", card_path, card);
    if (!token) return token.error();
    card.ctc.silent.push_back(*token);
  }
  return Done{};
}

}  // namespace rookery
