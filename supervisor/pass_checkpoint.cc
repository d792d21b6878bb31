#include "supervisor/pass_checkpoint.h"

#include "ipc/struct_bytes.h"
#include "ipc/value_fields.h"

namespace rookery {

template <>
inline constexpr auto kFields<OpenDetection> =
    std::make_tuple(field("label", &OpenDetection::label), field("begin", &OpenDetection::begin),
                    field("end", &OpenDetection::end), field("score", &OpenDetection::score));

template <>
inline constexpr auto kFields<DenseScores> =
    std::make_tuple(field("segment", &DenseScores::segment), field("scores", &DenseScores::scores));

template <>
inline constexpr auto kFields<TimedToken> = std::make_tuple(
    field("token", &TimedToken::token), field("begin_frame", &TimedToken::begin_frame),
    field("end_frame", &TimedToken::end_frame), field("probability", &TimedToken::probability));

template <>
inline constexpr auto kFields<BeamState> =
    std::make_tuple(field("prefix", &BeamState::prefix), field("blank", &BeamState::blank),
                    field("token", &BeamState::token), field("likeliest", &BeamState::likeliest),
                    field("times", &BeamState::times));

template <>
inline constexpr auto kFields<PostprocessorState> = std::make_tuple(
    field("open", &PostprocessorState::open), field("neighbours", &PostprocessorState::neighbours),
    field("next_neighbour", &PostprocessorState::next_neighbour),
    field("word", &PostprocessorState::word), field("token", &PostprocessorState::token),
    field("beams", &PostprocessorState::beams),
    field("next_frame", &PostprocessorState::next_frame));

template <>
inline constexpr auto kFields<RecordingFault> = std::make_tuple(
    field("stage", &RecordingFault::stage), field("reason", &RecordingFault::reason),
    field("start_us", &RecordingFault::start_us), field("end_us", &RecordingFault::end_us),
    field("signal", &RecordingFault::signal));

template <>
inline constexpr auto kFields<SegmentGap> = std::make_tuple(field("segment", &SegmentGap::segment),
                                                            field("fault", &SegmentGap::fault));

template <>
inline constexpr auto kFields<PassCheckpoint> =
    std::make_tuple(field("next_segment", &PassCheckpoint::next_segment),
                    field("carried_state", &PassCheckpoint::carried_state),
                    field("postprocessor", &PassCheckpoint::postprocessor),
                    field("ended", &PassCheckpoint::ended), field("gaps", &PassCheckpoint::gaps));

std::string encode(const PassCheckpoint& checkpoint) { return to_bytes(checkpoint); }

Result<PassCheckpoint> decode_checkpoint(std::string_view bytes) {
  return from_bytes<PassCheckpoint>(bytes);
}

}  // namespace rookery
