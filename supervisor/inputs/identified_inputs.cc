#include "supervisor/inputs/identified_inputs.h"

#include <cstddef>
#include <utility>
#include <variant>

namespace rookery {
namespace {

constexpr std::size_t kMaxAhead = 32;

}  // namespace

IdentifiedInputs::IdentifiedInputs(InputSource& inputs, bool content_digests)
    : inputs_(inputs), digests_(content_digests ? std::make_unique<DigestAhead>() : nullptr) {}

std::optional<IdentifiedInput> IdentifiedInputs::next() {
  if (!digests_) return take();
  take_ahead();
  if (ahead_.empty()) return std::nullopt;
  IdentifiedInput& first = ahead_.front();
  if (std::holds_alternative<Recording>(first.item)) {
    const auto digest = digests_->next();
    if (!digest) return std::nullopt;
    if (digest->ok()) first.identity.content_digest = **digest;
  }
  IdentifiedInput next = std::move(first);
  ahead_.pop_front();
  return next;
}

std::optional<IdentifiedInput> IdentifiedInputs::take() {
  InputItem item = inputs_.next();
  if (std::holds_alternative<NotYet>(item)) return std::nullopt;
  FileIdentity identity;
  if (const auto* recording = std::get_if<Recording>(&item)) {
    identity = identify(recording->path);
  } else if (const auto* fault = std::get_if<InputFault>(&item)) {
    identity = identify(fault->place.path);
  }
  return IdentifiedInput{std::move(item), std::move(identity)};
}

// One at a time; a first one that isn't known yet makes it more.
void IdentifiedInputs::take_ahead() {
  if (ahead_.size() >= kMaxAhead) return;
  if (!ahead_.empty() && std::holds_alternative<EndOfInputs>(ahead_.back().item)) return;
  auto next = take();
  if (!next) return;
  ahead_.push_back(std::move(*next));
  // Asked for after its size and time were looked at: a change in between shows at the end.
  const auto* recording = std::get_if<Recording>(&ahead_.back().item);
  if (recording != nullptr) digests_->ask(recording->path);
}

}  // namespace rookery
