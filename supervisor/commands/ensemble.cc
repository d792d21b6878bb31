#include "supervisor/commands/ensemble.h"

#include <fmt/format.h>

#include <string>

namespace rookery {
namespace {

std::string misfit(const ModelCard& card, const ModelCard& first) {
  if (card.carries_state) return "carries state from segment to segment";
  if (card.output == OutputType::kEmbedding) return "gives embeddings, whose axes are its own";
  if (card.output != first.output) return "gives another type of output than the first model";
  if (card.labels != first.labels) return "has other labels than the first model";
  if (card.geometry != first.geometry) {
    return "has another sample rate, segment or frame than the first model";
  }
  if (card.ctc != first.ctc) return "makes words of its labels in another way than the first model";
  return "";
}

}  // namespace

Status check_ensemble(const std::vector<ModelCard>& cards) {
  for (const ModelCard& card : cards) {
    const std::string why = misfit(card, cards.front());
    if (why.empty()) continue;
    return Error{"config", fmt::format("{} cannot be in an ensemble: it {}", card.directory, why),
                 "leave out --ensemble: each model then has an output of its own"};
  }
  return Done{};
}

}  // namespace rookery
