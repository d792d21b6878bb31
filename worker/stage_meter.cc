#include "worker/stage_meter.h"

#include <ctime>

namespace rookery {
namespace {

std::int64_t* time_of(BeaconStage stage, StageTimes& times) {
  switch (stage) {
    case BeaconStage::kProbe:
      return &times.probe_us;
    case BeaconStage::kSeek:
    case BeaconStage::kDecode:
      return &times.decode_us;
    case BeaconStage::kResample:
      return &times.resample_us;
    case BeaconStage::kFrontEnd:
      return &times.front_end_us;
    case BeaconStage::kForward:
      return &times.forward_us;
    case BeaconStage::kReduce:
      return &times.reduce_us;
    case BeaconStage::kIdle:
    case BeaconStage::kSend:
      break;
  }
  return nullptr;
}

}  // namespace

std::int64_t thread_cpu_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

StageMeter::StageMeter(std::optional<BeaconWriter> beacon, std::function<std::int64_t()> cpu_ns)
    : beacon_(beacon), cpu_ns_(std::move(cpu_ns)) {}

void StageMeter::begin(TaskId id) {
  task_ = id;
  part_ = 0;
  segment_ = -1;
  stage_ = BeaconStage::kIdle;
  nanoseconds_ = {};
}

void StageMeter::enter(BeaconStage stage) {
  account();
  stage_ = stage;
  if (beacon_) beacon_->note(stage, task_, part_, segment_);
  if (spans_) spans_->enter(stage);
}

StageTimes StageMeter::times() {
  account();
  stage_ = BeaconStage::kIdle;
  const StageTimes& ns = nanoseconds_;
  return {ns.probe_us / 1000,     ns.decode_us / 1000,  ns.resample_us / 1000,
          ns.front_end_us / 1000, ns.forward_us / 1000, ns.reduce_us / 1000};
}

std::vector<StageSpan> StageMeter::take_spans() {
  return spans_ ? spans_->take() : std::vector<StageSpan>();
}

void StageMeter::account() {
  const std::int64_t now = cpu_ns_();
  if (std::int64_t* time = time_of(stage_, nanoseconds_); time != nullptr)
    *time += now - entered_ns_;
  entered_ns_ = now;
}

}  // namespace rookery
