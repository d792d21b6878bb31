// The detections of a recording that may still grow: at most one a label. A pass over them costs as
// much as there are open ones, not as there are labels.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "supervisor/postprocess/postprocessor_state.h"

namespace rookery {

class OpenDetections {
 public:
  explicit OpenDetections(std::size_t label_count) : place_of_label_(label_count, kNone) {}

  // The label's open detection, or nullptr; valid until the next open() or close.
  OpenDetection* find(std::int32_t label);
  // Precondition: the label has none open.
  void open(const OpenDetection& detection);
  // Precondition: the label has one open.
  OpenDetection close(std::int32_t label);

  // All that are open, and an empty set made to hold these. False, and nothing changed, if labels
  // are unknown or come twice.
  const std::vector<OpenDetection>& all() const { return open_; }
  bool resume(const std::vector<OpenDetection>& all);

  // Closes all for which `is_final` holds and hands each to `take`.
  template <class IsFinal, class Take>
  void close_if(IsFinal is_final, Take take) {
    for (std::size_t place = 0; place < open_.size();) {
      if (is_final(open_[place])) {
        take(close(open_[place].label));  // another one takes its place
      } else {
        ++place;
      }
    }
  }

 private:
  static constexpr std::int32_t kNone = -1;

  std::vector<OpenDetection> open_;
  std::vector<std::int32_t> place_of_label_;  // in open_
};

}  // namespace rookery
