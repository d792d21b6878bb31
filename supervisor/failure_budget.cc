#include "supervisor/failure_budget.h"

#include <charconv>
#include <string_view>

namespace rookery {
namespace {

// All of `text` as a number that is not negative.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !(value >= 0)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<FailureBudget> FailureBudget::parse(const std::string& text) {
  FailureBudget budget;
  if (text == "none") return budget;
  if (text.ends_with('%')) {
    const auto percent = number_of<double>(std::string_view(text).substr(0, text.size() - 1));
    if (!percent || *percent > 100) return std::nullopt;
    budget.share_ = *percent / 100;
  } else {
    budget.count_ = number_of<std::int64_t>(text);
    if (!budget.count_) return std::nullopt;
  }
  return budget;
}

bool FailureBudget::exceeded(std::int64_t failed, std::int64_t ended) const {
  if (count_) return failed > *count_;
  if (!share_ || failed == 0) return false;
  const double allowed = *share_ * static_cast<double>(ended);
  // "0%" lets none fail, so there is nothing to wait for.
  return static_cast<double>(failed) > allowed && (allowed >= 1 || *share_ == 0);
}

}  // namespace rookery
