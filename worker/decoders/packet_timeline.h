// Where a packet's samples stand in its stream, by its timestamp.
#pragma once

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <optional>

namespace rookery {

// Positions count from the first packet's first sample, and so include the encoder's delay.
class PacketTimeline {
 public:
  PacketTimeline() = default;
  // `packet_samples`: how many the first packet holds; 0 if timestamps may drift from the count of
  // samples.
  PacketTimeline(const AVStream& stream, std::int64_t first_pts, std::int32_t sample_rate,
                 std::int32_t packet_samples);

  // Whether timestamps tell positions to the sample: they count samples, or they tell, if only in
  // milliseconds as in Matroska, which of packets of the same length it is.
  bool exact() const { return grid_ > 0; }

  // Whether they jump where samples do not: what they tell of the whole length is no promise.
  bool jumps() const { return jumps_; }

  // Preconditions of the rest: exact(). Nothing if a timestamp does not fit to the packets' length.
  std::optional<std::int64_t> position(const AVPacket& packet) const;
  std::int64_t length(const AVPacket& packet) const;
  std::int64_t timestamp(std::int64_t position) const;

 private:
  AVRational base_{1, 1};
  std::int64_t first_pts_ = 0;
  std::int32_t rate_ = 1;
  std::int64_t grid_ = 0;  // every position is a multiple of it; 0: unknown
  bool jumps_ = false;
};

}  // namespace rookery
