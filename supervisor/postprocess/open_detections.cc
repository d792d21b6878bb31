#include "supervisor/postprocess/open_detections.h"

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

}  // namespace rookery
