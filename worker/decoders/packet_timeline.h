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
  // samples. `table_is_whole`: the container tells of all its packets at once, with timestamps that
  // are not rounded.
  PacketTimeline(const AVStream& stream, std::int64_t first_pts, std::int32_t sample_rate,
                 std::int32_t packet_samples, bool table_is_whole);

  // Whether timestamps tell positions to the sample: they count samples, or they tell, if only in
  // milliseconds as in Matroska, which of packets of the same length it is.
  bool exact() const { return grid_ > 0; }

  // Whether they jump where samples do not: what they tell of the whole length is no promise.
  // Nothing is said of containers whose table is not whole.
  bool jumps() const { return jumps_; }

  // Precondition: jumps(). Packets by the container's table, less those that are just decoded to
  // begin with.
  std::int64_t table_packets() const { return table_packets_; }

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
  std::int64_t table_packets_ = 0;
};

}  // namespace rookery
