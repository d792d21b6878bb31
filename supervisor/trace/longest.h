// The longest of what lasted, such as waits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace rookery {

// What is shorter is nothing that one would look into.
inline constexpr std::int64_t kShortestTellNs = 10'000'000;

// Takes `one`, which has begin_ns and end_ns, in among the longest, longest first, of which at most
// `kept` stay. Of equal ones the earlier.
template <class Span>
void keep_longest(std::vector<Span>& longest, Span one, std::size_t kept) {
  const auto length = [](const Span& span) { return span.end_ns - span.begin_ns; };
  if (length(one) < kShortestTellNs) return;
  const auto place = std::ranges::upper_bound(longest, length(one), std::greater(), length);
  longest.insert(place, std::move(one));
  if (longest.size() > kept) longest.pop_back();
}

}  // namespace rookery
