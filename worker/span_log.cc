#include "worker/span_log.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <span>
#include <utility>

namespace rookery {
namespace {

constexpr std::int64_t kShortestNs = 1'000;
// At most 8 stages remain of so many spans, the wait among them.
constexpr std::size_t kStretch = 16;
constexpr std::size_t kStages = static_cast<std::size_t>(BeaconStage::kSend) + 1;

constexpr std::int32_t number_of(BeaconStage stage) { return static_cast<std::int32_t>(stage); }

// Where messages end. What is idle is no end: a helper is, in the middle of a message.
bool is_sending(const StageSpan& span) { return span.stage == number_of(BeaconStage::kSend); }

void append(std::vector<StageSpan>& spans, const StageSpan& span) {
  const bool goes_on = !spans.empty() && spans.back().stage == span.stage &&
                       spans.back().end_ns == span.begin_ns &&
                       span.stage != number_of(BeaconStage::kSend);
  if (goes_on) {
    spans.back().end_ns = span.end_ns;
  } else {
    spans.push_back(span);
  }
}

void append_by_stage(std::vector<StageSpan>& spans, std::span<const StageSpan> stretch) {
  std::array<std::int64_t, kStages> sums{};
  for (const StageSpan& span : stretch) {
    sums.at(static_cast<std::size_t>(span.stage)) += span.end_ns - span.begin_ns;
  }
  std::int64_t at_ns = stretch.front().begin_ns;
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    if (sums.at(stage) == 0) continue;
    append(spans, {static_cast<std::int32_t>(stage), at_ns, at_ns + sums.at(stage)});
    at_ns += sums.at(stage);
  }
}

}  // namespace

std::int64_t monotonic_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

SpanLog::SpanLog(std::function<std::int64_t()> now_ns)
    : now_ns_(std::move(now_ns)), entered_ns_(now_ns_()) {}

void SpanLog::enter(BeaconStage stage) {
  if (stage == stage_) return;
  close();
  stage_ = stage;
}

std::vector<StageSpan> SpanLog::take() {
  enter(BeaconStage::kIdle);
  return std::exchange(spans_, {});
}

void SpanLog::close() {
  const std::int64_t now = now_ns_();
  if (now - entered_ns_ < kShortestNs && stage_ != BeaconStage::kSend) return;
  append(spans_, {number_of(stage_), entered_ns_, now});
  entered_ns_ = now;
  if (spans_.size() < kMaxSpans) return;
  coarsen();
  if (spans_.size() > kMaxSpans / 2) forget_oldest();
}

void SpanLog::coarsen() {
  std::vector<StageSpan> fewer;
  std::span<const StageSpan> rest = spans_;
  while (!rest.empty()) {
    const auto end = std::ranges::find_if(rest.first(std::min(kStretch, rest.size())), is_sending);
    const auto count = static_cast<std::size_t>(end - rest.begin());
    if (count > 0) {
      append_by_stage(fewer, rest.first(count));
    } else {
      append(fewer, rest.front());
    }
    rest = rest.subspan(std::max<std::size_t>(count, 1));
  }
  spans_ = std::move(fewer);
}

void SpanLog::forget_oldest() {
  const auto half = spans_.begin() + static_cast<std::ptrdiff_t>(spans_.size() / 2);
  const auto send = std::find_if(half, spans_.end(), is_sending);
  if (send != spans_.end()) spans_.erase(spans_.begin(), send + 1);
}

}  // namespace rookery
