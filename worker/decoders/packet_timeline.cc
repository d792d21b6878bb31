#include "worker/decoders/packet_timeline.h"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <cmath>

namespace rookery {
namespace {

bool has_packets_of_one_length(AVCodecID codec) {
  return codec == AV_CODEC_ID_AAC || codec == AV_CODEC_ID_OPUS || codec == AV_CODEC_ID_MP3 ||
         codec == AV_CODEC_ID_AC3 || codec == AV_CODEC_ID_EAC3 || codec == AV_CODEC_ID_FLAC;
}

// By every encoder, in any container; Opus and FLAC need not be.
bool is_cut_evenly(AVCodecID codec) {
  return codec == AV_CODEC_ID_AAC || codec == AV_CODEC_ID_ALAC || codec == AV_CODEC_ID_MP3 ||
         codec == AV_CODEC_ID_AC3 || codec == AV_CODEC_ID_EAC3;
}

const AVIndexEntry& table_entry(const AVStream& stream, int index) {
  // Asking for an entry changes nothing, but is not declared so.
  return *avformat_index_get_entry(const_cast<AVStream*>(&stream), index);
}

// Whether the table of packets, so far as it is known, has them equally far apart. Timestamps of an
// MP4 may jump where its samples do not, and then tell the place of none behind.
bool has_even_table(const AVStream& stream) {
  const int count = avformat_index_get_entries_count(&stream);
  std::int64_t step = 0;
  for (int i = 1; i < count; ++i) {
    const std::int64_t apart =
        table_entry(stream, i).timestamp - table_entry(stream, i - 1).timestamp;
    if (i > 1 && apart != step) return false;
    step = apart;
  }
  return true;
}

std::int64_t packets_that_count(const AVStream& stream) {
  const int count = avformat_index_get_entries_count(&stream);
  std::int64_t packets = 0;
  for (int i = 0; i < count; ++i) {
    if ((table_entry(stream, i).flags & AVINDEX_DISCARD_FRAME) == 0) ++packets;
  }
  return packets;
}

}  // namespace

PacketTimeline::PacketTimeline(const AVStream& stream, std::int64_t first_pts,
                               std::int32_t sample_rate, std::int32_t packet_samples,
                               bool table_is_whole)
    : base_(stream.time_base), first_pts_(first_pts), rate_(sample_rate) {
  if (first_pts == AV_NOPTS_VALUE) return;
  // In Matroska the table has some packets only.
  const bool uneven =
      packet_samples == 0 && is_cut_evenly(stream.codecpar->codec_id) && !has_even_table(stream);
  // Other demuxers note packets as they read them, in FLV by rounded milliseconds: never even.
  jumps_ = uneven && table_is_whole;
  if (jumps_) table_packets_ = packets_that_count(stream);
  if (uneven) return;
  const std::int64_t ticks = std::int64_t{base_.num} * rate_;
  // Two samples a tick: AAC whose upper half of the spectrum is made by the decoder.
  if (base_.den % ticks == 0 || ticks == std::int64_t{base_.den} * 2) {
    grid_ = 1;
  } else if (has_packets_of_one_length(stream.codecpar->codec_id)) {
    grid_ = packet_samples;
  }
}

std::optional<std::int64_t> PacketTimeline::position(const AVPacket& packet) const {
  if (packet.pts == AV_NOPTS_VALUE) return std::nullopt;
  const double tick = static_cast<double>(rate_) * base_.num / base_.den;
  const auto grid = static_cast<double>(grid_);
  const double samples = static_cast<double>(packet.pts - first_pts_) * tick;
  const double position = std::round(samples / grid) * grid;
  // Two timestamps have been rounded.
  if (std::abs(position - samples) > 2 * tick + 1) return std::nullopt;
  return static_cast<std::int64_t>(position);
}

std::int64_t PacketTimeline::length(const AVPacket& packet) const {
  return grid_ > 1 ? grid_ : av_rescale_q(packet.duration, base_, {1, rate_});
}

std::int64_t PacketTimeline::timestamp(std::int64_t position) const {
  return first_pts_ + av_rescale_q_rnd(position, {1, rate_}, base_, AV_ROUND_DOWN);
}

}  // namespace rookery
