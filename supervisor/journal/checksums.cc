#include "supervisor/journal/checksums.h"

#include <bit>
#include <boost/crc.hpp>
#include <cstddef>
#include <optional>
#include <span>

namespace rookery {
namespace {

class Crc {
 public:
  Crc& add(std::int64_t number) {
    crc_.process_bytes(&number, sizeof(number));
    return *this;
  }
  Crc& add(const std::optional<std::int64_t>& number) {
    return add(std::int64_t{number.has_value()}).add(number.value_or(0));
  }
  Crc& add(std::string_view text) {
    add(std::ssize(text));
    crc_.process_bytes(text.data(), text.size());
    return *this;
  }
  Crc& add(std::span<const std::byte> bytes) {
    crc_.process_bytes(bytes.data(), bytes.size());
    return *this;
  }
  std::uint32_t value() const { return crc_.checksum(); }

 private:
  boost::crc_32_type crc_;
};

}  // namespace

void RowTally::add(const Detection& detection, std::int64_t serial) {
  ++detections;
  checksum += Crc()
                  .add(detection.start_us)
                  .add(detection.end_us)
                  .add(std::int64_t{detection.label})
                  .add(std::int64_t{detection.channel})
                  .add(std::int64_t{std::bit_cast<std::int32_t>(detection.score)})
                  .add(detection.text)
                  .add(serial)
                  .value();
}

void RowTally::add(const VectorPlace& place) {
  checksum += Crc()
                  .add(place.run)
                  .add(place.offset)
                  .add(place.shape.count)
                  .add(place.shape.length)
                  .add(place.checksum)
                  .value();
}

std::int64_t checksum_of(std::string_view key, const RecordingOutcome& outcome) {
  Crc crc;
  crc.add(key)
      .add(static_cast<std::int64_t>(outcome.state))
      .add(outcome.duration_us)
      .add(outcome.origin_us);
  for (const RecordingFault& fault : outcome.faults) {
    crc.add(fault.stage).add(fault.reason).add(fault.start_us).add(fault.end_us).add(fault.signal);
  }
  return crc.value();
}

std::int64_t checksum_of(std::string_view name, std::string_view value) {
  return Crc().add(name).add(value).value();
}

std::int64_t checksum_of(std::int32_t channel, std::string_view bytes) {
  return Crc().add(std::int64_t{channel}).add(bytes).value();
}

std::int64_t checksum_of(const SegmentVectors& vectors) {
  return Crc()
      .add(std::as_bytes(std::span(vectors.times)))
      .add(std::as_bytes(std::span(vectors.values)))
      .value();
}

}  // namespace rookery
