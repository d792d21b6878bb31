// RapidCheck generators for every message and all it is made of: rc::Arbitrary<Message> and its
// parts. The members are listed here a second time on purpose: what the codec forgets, these still
// fill.
#pragma once

#include <rapidcheck.h>

#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "ipc/protocol.h"
#include "tests/ipc/arbitrary_members.h"

namespace rookery {

inline auto enumerators(Tail*) {
  using enum Tail;
  return std::vector{kShift, kPad, kDrop};
}
inline auto enumerators(FrontEndType*) {
  using enum FrontEndType;
  return std::vector{kWaveform, kLogMel, kTokens};
}
inline auto enumerators(MelScale*) {
  using enum MelScale;
  return std::vector{kHtk, kSlaney};
}
inline auto enumerators(MelNorm*) {
  using enum MelNorm;
  return std::vector{kNone, kSlaney};
}
inline auto enumerators(LogKind*) {
  using enum LogKind;
  return std::vector{kNone, kLn, kLog10, kDb};
}
inline auto enumerators(PadMode*) {
  using enum PadMode;
  return std::vector{kReflect, kZero};
}
inline auto enumerators(MelLayout*) {
  using enum MelLayout;
  return std::vector{kBatchTimeMel, kBatchMelTime, kBatchOneTimeMel, kBatchOneMelTime};
}
inline auto enumerators(OutputType*) {
  using enum OutputType;
  return std::vector{kTags, kFrames};
}
inline auto enumerators(Activation*) {
  using enum Activation;
  return std::vector{kNone, kSigmoid, kSoftmax};
}
inline auto enumerators(EngineKind*) {
  using enum EngineKind;
  return std::vector{kProcesses, kThreads};
}
inline auto enumerators(StartKind*) {
  using enum StartKind;
  return std::vector{kFork, kSpawn};
}
inline auto enumerators(WeightsKind*) {
  using enum WeightsKind;
  return std::vector{kShared, kPrivate};
}

inline auto members(Recording*) {
  return std::tuple(&Recording::position, &Recording::key, &Recording::path);
}
inline auto members(MissingPart*) {
  return std::tuple(&MissingPart::begin_frame, &MissingPart::end_frame, &MissingPart::reason);
}
inline auto members(RecordingProperties*) {
  return std::tuple(&RecordingProperties::frames, &RecordingProperties::sample_rate,
                    &RecordingProperties::channels, &RecordingProperties::format,
                    &RecordingProperties::missing, &RecordingProperties::origin_us);
}
inline auto members(Segment*) {
  return std::tuple(&Segment::index, &Segment::begin, &Segment::end, &Segment::input_begin,
                    &Segment::owned_begin, &Segment::owned_end);
}
inline auto members(Batch*) { return std::tuple(&Batch::segments); }
inline auto members(Task*) {
  return std::tuple(&Task::id, &Task::recording, &Task::properties, &Task::parts);
}
inline auto members(MixedTask*) { return std::tuple(&MixedTask::tasks); }
inline auto members(PassKey*) { return std::tuple(&PassKey::model, &PassKey::channel); }
inline auto members(ModelWork*) {
  return std::tuple(&ModelWork::pass, &ModelWork::batches, &ModelWork::state, &ModelWork::left_out);
}
inline auto members(Probe*) { return std::tuple(&Probe::id, &Probe::recording); }
inline auto members(FrameScore*) {
  return std::tuple(&FrameScore::frame, &FrameScore::label, &FrameScore::score);
}
inline auto members(SegmentScores*) {
  return std::tuple(&SegmentScores::segment_index, &SegmentScores::scores);
}
inline auto members(StageTimes*) {
  return std::tuple(&StageTimes::probe_us, &StageTimes::decode_us, &StageTimes::resample_us,
                    &StageTimes::front_end_us, &StageTimes::forward_us, &StageTimes::reduce_us);
}
inline auto members(ModelScores*) {
  return std::tuple(&ModelScores::pass, &ModelScores::segments, &ModelScores::state,
                    &ModelScores::failure);
}
inline auto members(StageSpan*) {
  return std::tuple(&StageSpan::stage, &StageSpan::begin_ns, &StageSpan::end_ns);
}
inline auto members(HelperWork*) { return std::tuple(&HelperWork::cpu_us, &HelperWork::spans); }
inline auto members(TaskResult*) {
  return std::tuple(&TaskResult::id, &TaskResult::parts, &TaskResult::times, &TaskResult::wall_us,
                    &TaskResult::spans, &TaskResult::helper);
}
inline auto members(Error*) { return std::tuple(&Error::stage, &Error::reason, &Error::remedy); }
inline auto members(SegmentGeometry*) {
  return std::tuple(&SegmentGeometry::sample_rate, &SegmentGeometry::window, &SegmentGeometry::hop,
                    &SegmentGeometry::context_left, &SegmentGeometry::context_right,
                    &SegmentGeometry::frame, &SegmentGeometry::tail);
}
inline auto members(LogMelParameters*) {
  return std::tuple(&LogMelParameters::n_fft, &LogMelParameters::win, &LogMelParameters::hop,
                    &LogMelParameters::n_mels, &LogMelParameters::f_min, &LogMelParameters::f_max,
                    &LogMelParameters::mel, &LogMelParameters::norm, &LogMelParameters::power,
                    &LogMelParameters::log, &LogMelParameters::floor, &LogMelParameters::reference,
                    &LogMelParameters::top_db, &LogMelParameters::center,
                    &LogMelParameters::pad_mode, &LogMelParameters::frames,
                    &LogMelParameters::layout);
}
inline auto members(FrontEndParameters*) {
  return std::tuple(&FrontEndParameters::type, &FrontEndParameters::log_mel,
                    &FrontEndParameters::vocabulary);
}

inline auto members(WorkerIdentity*) {
  return std::tuple(&WorkerIdentity::slot, &WorkerIdentity::incarnation);
}
inline auto members(Hello*) { return std::tuple(&Hello::pid); }
inline auto members(SandboxState*) {
  return std::tuple(&SandboxState::landlock_abi, &SandboxState::seccomp);
}
inline auto members(Ready*) { return std::tuple(&Ready::private_dirty_bytes, &Ready::sandbox); }
inline auto members(ProbeDone*) {
  return std::tuple(&ProbeDone::id, &ProbeDone::properties, &ProbeDone::probe_us,
                    &ProbeDone::spans);
}
inline auto members(TaskDone*) { return std::tuple(&TaskDone::result); }
inline auto members(WorkFailed*) { return std::tuple(&WorkFailed::id, &WorkFailed::error); }
inline auto members(Stop*) { return std::tuple(); }
inline auto members(SlotStart*) { return std::tuple(&SlotStart::identity, &SlotStart::cores); }
inline auto members(StartWorkers*) { return std::tuple(&StartWorkers::slots); }
inline auto members(ServerAlive*) { return std::tuple(&ServerAlive::pid); }
inline auto members(ModelFacts*) {
  return std::tuple(&ModelFacts::digest, &ModelFacts::weights_bytes, &ModelFacts::tensor_count,
                    &ModelFacts::output_frames, &ModelFacts::warm_forward_us,
                    &ModelFacts::warm_up_bytes);
}
inline auto members(ServerReady*) {
  return std::tuple(&ServerReady::models, &ServerReady::torch_version, &ServerReady::cpu_capability,
                    &ServerReady::threads, &ServerReady::start, &ServerReady::sandbox);
}
inline auto members(ServerFailed*) { return std::tuple(&ServerFailed::error); }
inline auto members(WorkersStarted*) {
  return std::tuple(&WorkersStarted::pid, &WorkersStarted::workers);
}
inline auto members(WorkersEnded*) {
  return std::tuple(&WorkersEnded::pid, &WorkersEnded::wait_status, &WorkersEnded::workers);
}
inline auto members(Quit*) { return std::tuple(); }
inline auto members(ModelSettings*) {
  return std::tuple(&ModelSettings::file, &ModelSettings::pinned_digest, &ModelSettings::geometry,
                    &ModelSettings::front_end, &ModelSettings::carries_state,
                    &ModelSettings::takes_lengths, &ModelSettings::output,
                    &ModelSettings::activation, &ModelSettings::floors, &ModelSettings::batch_size);
}
inline auto members(WorkerSettings*) {
  return std::tuple(
      &WorkerSettings::models, &WorkerSettings::ensemble, &WorkerSettings::intra_op,
      &WorkerSettings::inter_op, &WorkerSettings::channel, &WorkerSettings::resampler,
      &WorkerSettings::engine, &WorkerSettings::start, &WorkerSettings::weights,
      &WorkerSettings::control_fd, &WorkerSettings::socket_fd, &WorkerSettings::beacon_fd,
      &WorkerSettings::test_delay_ms, &WorkerSettings::sandbox, &WorkerSettings::readable,
      &WorkerSettings::max_memory_bytes, &WorkerSettings::decode_ahead, &WorkerSettings::trace);
}

}  // namespace rookery

namespace rc {

template <>
struct Arbitrary<rookery::Message> {
  template <std::size_t... kIndex>
  static Gen<rookery::Message> any_of(std::index_sequence<kIndex...>) {
    using rookery::Message;
    return gen::oneOf(
        gen::cast<Message>(gen::arbitrary<std::variant_alternative_t<kIndex, Message>>())...);
  }
  // Lists of lists grow fast: smaller than RapidCheck's usual sizes.
  static Gen<rookery::Message> arbitrary() {
    return gen::scale(0.4,
                      any_of(std::make_index_sequence<std::variant_size_v<rookery::Message>>{}));
  }
};

}  // namespace rc
