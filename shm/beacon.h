// The beacon: shared memory in which every worker notes what it is about to do, so that the
// supervisor can tell what killed it and whether a slow one still moves. One cache line a slot.
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

enum class BeaconStage : std::uint32_t {
  kIdle,
  kProbe,
  kSeek,
  kDecode,
  kResample,
  kFrontEnd,
  kForward,
  kReduce,
  kSend,
};

std::string_view to_string(BeaconStage stage);

// What a worker last noted. `counter` grows by one with every note.
struct BeaconNote {
  std::int64_t task_id = 0;
  std::int32_t part = 0;            // of the task's
  std::int64_t segment_index = -1;  // −1: not at one segment; in forward the batch's first
  BeaconStage stage = BeaconStage::kIdle;
  std::uint64_t counter = 0;
  bool whole =
      true;  // false: the writer stopped half-way through a note, fields may be of two notes

  bool operator==(const BeaconNote&) const = default;
};

struct BeaconLine;

// Writes one slot's line; wait-free. One writer a line; the Beacon it came from must outlive it.
class BeaconWriter {
 public:
  explicit BeaconWriter(BeaconLine& line) : line_(&line) {}
  void note(BeaconStage stage, std::int64_t task_id, std::int32_t part = 0,
            std::int64_t segment_index = -1);

 private:
  BeaconLine* line_;
};

// The whole page set, in a memfd that nobody can resize. Reading is thread-safe and never blocks.
class Beacon {
 public:
  static Result<Beacon> create(int slot_count);
  // Takes over an inherited descriptor; an Error unless it is a beacon's memfd.
  static Result<Beacon> attach(UniqueFd fd);

  int slot_count() const { return slot_count_; }
  // Close-on-exec (clear that in the child, between fork and exec).
  int fd() const { return fd_.get(); }
  // 0 ≤ slot < slot_count(), else std::out_of_range.
  BeaconWriter writer(int slot);
  BeaconNote read(int slot) const;
  // Back to idle, for a slot's next worker. Not while a writer lives.
  void clear(int slot);

 private:
  Beacon(UniqueFd fd, boost::interprocess::mapped_region region, int slot_count)
      : fd_(std::move(fd)), region_(std::move(region)), slot_count_(slot_count) {}
  BeaconLine& line(int slot) const;
  UniqueFd fd_;
  boost::interprocess::mapped_region region_;
  int slot_count_ = 0;
};

}  // namespace rookery
