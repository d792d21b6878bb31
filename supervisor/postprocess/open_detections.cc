#include "supervisor/postprocess/open_detections.h"

#include <cmath>

namespace rookery {

OpenDetection* OpenDetections::find(std::int32_t label) {
  const std::int32_t place = place_of_label_.at(static_cast<std::size_t>(label));
  return place == kNone ? nullptr : &open_[static_cast<std::size_t>(place)];
}

void OpenDetections::open(const OpenDetection& detection) {
  place_of_label_.at(static_cast<std::size_t>(detection.label)) =
      static_cast<std::int32_t>(open_.size());
  open_.push_back(detection);
}

OpenDetection OpenDetections::close(std::int32_t label) {
  std::int32_t& place = place_of_label_.at(static_cast<std::size_t>(label));
  OpenDetection& gap = open_[static_cast<std::size_t>(place)];
  const OpenDetection closed = gap;
  const OpenDetection& last = open_.back();
  place_of_label_[static_cast<std::size_t>(last.label)] = place;
  gap = last;
  open_.pop_back();
  place = kNone;
  return closed;
}

bool OpenDetections::resume(const std::vector<OpenDetection>& all) {
  OpenDetections resumed(place_of_label_.size());
  for (const OpenDetection& detection : all) {
    const bool known = detection.label >= 0 && detection.label < std::ssize(place_of_label_);
    const bool possible =
        is_possible_range(detection.begin, detection.end) && std::isfinite(detection.score);
    if (!known || !possible || resumed.find(detection.label) != nullptr) return false;
    resumed.open(detection);
  }
  *this = std::move(resumed);
  return true;
}

}  // namespace rookery
