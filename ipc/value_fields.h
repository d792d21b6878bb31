// The fields of the shared vocabulary (include/rookery) as they travel; message_fields.h has the
// messages.
#pragma once

#include "ipc/fields.h"
#include "rookery/model_card.h"
#include "rookery/recording.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "rookery/segment.h"
#include "rookery/task.h"

namespace rookery {

template <>
inline constexpr auto kFields<MissingPart> = std::make_tuple(
    field("begin_frame", &MissingPart::begin_frame), field("end_frame", &MissingPart::end_frame),
    field("reason", &MissingPart::reason));

template <>
inline constexpr auto kFields<RecordingProperties> = std::make_tuple(
    field("frames", &RecordingProperties::frames),
    field("sample_rate", &RecordingProperties::sample_rate),
    field("channels", &RecordingProperties::channels),
    field("format", &RecordingProperties::format), field("missing", &RecordingProperties::missing),
    field("origin_us", &RecordingProperties::origin_us));

template <>
inline constexpr auto kFields<Recording> = std::make_tuple(field("position", &Recording::position),
                                                           field("key", &Recording::key),
                                                           field("path", &Recording::path));

template <>
inline constexpr auto kFields<Segment> = std::make_tuple(
    field("index", &Segment::index), field("begin", &Segment::begin), field("end", &Segment::end),
    field("input_begin", &Segment::input_begin), field("owned_begin", &Segment::owned_begin),
    field("owned_end", &Segment::owned_end));

template <>
inline constexpr auto kFields<Batch> = std::make_tuple(field("segments", &Batch::segments));

template <>
inline constexpr auto kFields<StageTimes> = std::make_tuple(
    field("probe_us", &StageTimes::probe_us), field("decode_us", &StageTimes::decode_us),
    field("resample_us", &StageTimes::resample_us),
    field("front_end_us", &StageTimes::front_end_us), field("forward_us", &StageTimes::forward_us),
    field("reduce_us", &StageTimes::reduce_us));

template <>
inline constexpr auto kFields<Error> = std::make_tuple(field("stage", &Error::stage),
                                                       field("reason", &Error::reason),
                                                       field("remedy", &Error::remedy));

template <>
inline constexpr auto kFields<PassKey> = std::make_tuple(field("model", &PassKey::model),
                                                         field("channel", &PassKey::channel));

template <>
inline constexpr auto kFields<ModelWork> = std::make_tuple(field("pass", &ModelWork::pass),
                                                           field("batches", &ModelWork::batches),
                                                           field("state", &ModelWork::state),
                                                           field("left_out", &ModelWork::left_out));

template <>
inline constexpr auto kFields<ModelScores> =
    std::make_tuple(field("pass", &ModelScores::pass), field("segments", &ModelScores::segments),
                    field("state", &ModelScores::state), field("failure", &ModelScores::failure));

template <>
inline constexpr auto kFields<StageSpan> = std::make_tuple(field("stage", &StageSpan::stage),
                                                           field("begin_ns", &StageSpan::begin_ns),
                                                           field("end_ns", &StageSpan::end_ns));

template <>
inline constexpr auto kFields<HelperWork> = std::make_tuple(field("cpu_us", &HelperWork::cpu_us),
                                                            field("spans", &HelperWork::spans));

template <>
inline constexpr auto kFields<TaskResult> = std::make_tuple(field("id", &TaskResult::id),
                                                            field("parts", &TaskResult::parts),
                                                            field("times", &TaskResult::times),
                                                            field("wall_us", &TaskResult::wall_us),
                                                            field("spans", &TaskResult::spans),
                                                            field("helper", &TaskResult::helper));

template <>
inline constexpr auto kFields<SegmentGeometry> = std::make_tuple(
    field("sample_rate", &SegmentGeometry::sample_rate), field("window", &SegmentGeometry::window),
    field("hop", &SegmentGeometry::hop), field("context_left", &SegmentGeometry::context_left),
    field("context_right", &SegmentGeometry::context_right),
    field("frame", &SegmentGeometry::frame), field("tail", &SegmentGeometry::tail));

template <>
inline constexpr auto kFields<LogMelParameters> = std::make_tuple(
    field("n_fft", &LogMelParameters::n_fft), field("win", &LogMelParameters::win),
    field("hop", &LogMelParameters::hop), field("n_mels", &LogMelParameters::n_mels),
    field("f_min", &LogMelParameters::f_min), field("f_max", &LogMelParameters::f_max),
    field("mel", &LogMelParameters::mel), field("norm", &LogMelParameters::norm),
    field("power", &LogMelParameters::power), field("log", &LogMelParameters::log),
    field("floor", &LogMelParameters::floor), field("reference", &LogMelParameters::reference),
    field("top_db", &LogMelParameters::top_db), field("center", &LogMelParameters::center),
    field("pad_mode", &LogMelParameters::pad_mode), field("frames", &LogMelParameters::frames),
    field("layout", &LogMelParameters::layout));

template <>
inline constexpr auto kFields<FrontEndParameters> = std::make_tuple(
    field("type", &FrontEndParameters::type), field("log_mel", &FrontEndParameters::log_mel),
    field("vocabulary", &FrontEndParameters::vocabulary));

template <>
inline constexpr Tail kLastEnumerator<Tail> = Tail::kDrop;
template <>
inline constexpr FrontEndType kLastEnumerator<FrontEndType> = FrontEndType::kTokens;
template <>
inline constexpr MelScale kLastEnumerator<MelScale> = MelScale::kSlaney;
template <>
inline constexpr MelNorm kLastEnumerator<MelNorm> = MelNorm::kSlaney;
template <>
inline constexpr LogKind kLastEnumerator<LogKind> = LogKind::kDb;
template <>
inline constexpr PadMode kLastEnumerator<PadMode> = PadMode::kZero;
template <>
inline constexpr MelLayout kLastEnumerator<MelLayout> = MelLayout::kBatchOneMelTime;
template <>
inline constexpr OutputType kLastEnumerator<OutputType> = OutputType::kEmbedding;
template <>
inline constexpr Activation kLastEnumerator<Activation> = Activation::kSoftmax;
template <>
inline constexpr EngineKind kLastEnumerator<EngineKind> = EngineKind::kThreads;
template <>
inline constexpr StartKind kLastEnumerator<StartKind> = StartKind::kSpawn;
template <>
inline constexpr WeightsKind kLastEnumerator<WeightsKind> = WeightsKind::kPrivate;

}  // namespace rookery
