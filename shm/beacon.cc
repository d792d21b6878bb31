#include "shm/beacon.h"

#include <fcntl.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <utility>

#include "shm/fd_mapping.h"

namespace rookery {

namespace interprocess = boost::interprocess;

// One writer, one cache line: no worker slows another down by noting where it is. All zero is idle.
struct alignas(64) BeaconLine {
  std::atomic<std::int64_t> task_id;
  std::atomic<std::int64_t> segment_number;  // index + 1; 0: not at one segment
  std::atomic<std::uint64_t> sequence;       // twice the notes made; odd: one is being made
  std::atomic<BeaconStage> stage;
  std::atomic<std::int32_t> part;
};

static_assert(sizeof(BeaconLine) == 64);
static_assert(std::atomic<std::int64_t>::is_always_lock_free &&
                  std::atomic<std::uint64_t>::is_always_lock_free &&
                  std::atomic<BeaconStage>::is_always_lock_free,
              "locks do not work across processes");

namespace {

// A writer takes nanoseconds, unless it was stopped or died half-way.
constexpr int kReadAttempts = 1000;

// Size fixed: a worker that shrank it would kill the supervisor with SIGBUS.
constexpr int kSizeSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

}  // namespace

std::string_view to_string(BeaconStage stage) {
  switch (stage) {
    case BeaconStage::kIdle:
      return "idle";
    case BeaconStage::kProbe:
      return "probe";
    case BeaconStage::kSeek:
      return "seek";
    case BeaconStage::kDecode:
      return "decode";
    case BeaconStage::kResample:
      return "resample";
    case BeaconStage::kFrontEnd:
      return "front end";
    case BeaconStage::kForward:
      return "forward";
    case BeaconStage::kReduce:
      return "reduce";
    case BeaconStage::kSend:
      return "send";
  }
  return "unknown";
}

// A sequence lock without fences, which ThreadSanitizer does not know: every store of a field
// carries the odd sequence before it, every load of a field keeps the second look at the sequence
// behind it.
void BeaconWriter::note(BeaconStage stage, std::int64_t task_id, std::int32_t part,
                        std::int64_t segment_index) {
  const std::uint64_t sequence = line_->sequence.load(std::memory_order_relaxed);
  line_->sequence.store(sequence + 1, std::memory_order_relaxed);
  line_->task_id.store(task_id, std::memory_order_release);
  line_->part.store(part, std::memory_order_release);
  line_->segment_number.store(segment_index + 1, std::memory_order_release);
  line_->stage.store(stage, std::memory_order_release);
  line_->sequence.store(sequence + 2, std::memory_order_release);
}

Result<Beacon> Beacon::create(int slot_count) {
  if (slot_count <= 0) {
    return Error{"shared memory", "a beacon of " + std::to_string(slot_count) + " slots wanted",
                 ""};
  }
  auto fd = make_memfd("beacon", static_cast<std::size_t>(slot_count) * sizeof(BeaconLine));
  if (!fd) return fd.error();
  if (::fcntl(fd->get(), F_ADD_SEALS, kSizeSeals) != 0) {
    return memory_error("the beacon cannot be sealed");
  }
  return attach(*std::move(fd));
}

Result<Beacon> Beacon::attach(UniqueFd fd) {
  if (Status sealed = require_seals(fd.get(), kSizeSeals); !sealed) return sealed.error();
  auto size = size_of_fd(fd.get());
  if (!size) return size.error();
  if (*size == 0 || *size % sizeof(BeaconLine) != 0) {
    return Error{"shared memory",
                 "a beacon of " + std::to_string(*size) + " bytes; wanted a multiple of " +
                     std::to_string(sizeof(BeaconLine)),
                 ""};
  }
  auto region = map_fd(fd.get(), interprocess::read_write, *size);
  if (!region) return region.error();
  const int slot_count = static_cast<int>(*size / sizeof(BeaconLine));
  return Beacon(std::move(fd), *std::move(region), slot_count);
}

BeaconLine& Beacon::line(int slot) const {
  if (slot < 0 || slot >= slot_count_) {
    throw std::out_of_range("beacon slot " + std::to_string(slot) + " of " +
                            std::to_string(slot_count_));
  }
  return static_cast<BeaconLine*>(region_.get_address())[slot];
}

BeaconWriter Beacon::writer(int slot) { return BeaconWriter(line(slot)); }

BeaconNote Beacon::read(int slot) const {
  const BeaconLine& from = line(slot);
  BeaconNote note;
  note.whole = false;
  for (int attempt = 0; attempt < kReadAttempts && !note.whole; ++attempt) {
    const std::uint64_t sequence = from.sequence.load(std::memory_order_acquire);
    note.counter = sequence / 2;
    note.task_id = from.task_id.load(std::memory_order_acquire);
    note.part = from.part.load(std::memory_order_acquire);
    note.segment_index = from.segment_number.load(std::memory_order_acquire) - 1;
    note.stage = from.stage.load(std::memory_order_acquire);
    note.whole = sequence % 2 == 0 && from.sequence.load(std::memory_order_relaxed) == sequence;
  }
  return note;
}

void Beacon::clear(int slot) {
  line(slot).task_id.store(0, std::memory_order_relaxed);
  line(slot).part.store(0, std::memory_order_relaxed);
  line(slot).segment_number.store(0, std::memory_order_relaxed);
  line(slot).stage.store(BeaconStage::kIdle, std::memory_order_relaxed);
  line(slot).sequence.store(0, std::memory_order_release);
}

}  // namespace rookery
