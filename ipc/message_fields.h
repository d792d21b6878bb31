// The fields and names of the messages of protocol.h.
#pragma once

#include "ipc/protocol.h"
#include "ipc/value_fields.h"

namespace rookery {

template <>
inline constexpr auto kFields<WorkerIdentity> = std::make_tuple(
    field("slot", &WorkerIdentity::slot), field("incarnation", &WorkerIdentity::incarnation));

template <>
inline constexpr auto kFields<SlotStart> = std::make_tuple(field("identity", &SlotStart::identity),
                                                           field("cores", &SlotStart::cores));

template <>
inline constexpr auto kFields<Hello> = std::make_tuple(field("pid", &Hello::pid));

template <>
inline constexpr auto kFields<SandboxState> = std::make_tuple(
    field("landlock_abi", &SandboxState::landlock_abi), field("seccomp", &SandboxState::seccomp));

template <>
inline constexpr auto kFields<Ready> = std::make_tuple(field("private_dirty_bytes",
                                                             &Ready::private_dirty_bytes),
                                                       field("sandbox", &Ready::sandbox));

template <>
inline constexpr auto kFields<Probe> = std::make_tuple(field("id", &Probe::id),
                                                       field("recording", &Probe::recording));

template <>
inline constexpr auto kFields<ProbeDone> =
    std::make_tuple(field("id", &ProbeDone::id), field("properties", &ProbeDone::properties),
                    field("probe_us", &ProbeDone::probe_us), field("spans", &ProbeDone::spans));

template <>
inline constexpr auto kFields<Task> = std::make_tuple(field("id", &Task::id),
                                                      field("recording", &Task::recording),
                                                      field("properties", &Task::properties),
                                                      field("parts", &Task::parts));

template <>
inline constexpr auto kFields<MixedTask> = std::make_tuple(field("tasks", &MixedTask::tasks));

template <>
inline constexpr auto kFields<TaskDone> = std::make_tuple(field("result", &TaskDone::result));

template <>
inline constexpr auto kFields<WorkFailed> = std::make_tuple(field("id", &WorkFailed::id),
                                                            field("error", &WorkFailed::error));

template <>
inline constexpr auto kFields<Stop> = std::make_tuple();

template <>
inline constexpr auto kFields<StartWorkers> = std::make_tuple(field("slots", &StartWorkers::slots));

template <>
inline constexpr auto kFields<ServerAlive> = std::make_tuple(field("pid", &ServerAlive::pid));

template <>
inline constexpr auto kFields<ModelFacts> = std::make_tuple(
    field("digest", &ModelFacts::digest), field("weights_bytes", &ModelFacts::weights_bytes),
    field("tensor_count", &ModelFacts::tensor_count),
    field("output_frames", &ModelFacts::output_frames),
    field("warm_forward_us", &ModelFacts::warm_forward_us),
    field("warm_up_bytes", &ModelFacts::warm_up_bytes));

template <>
inline constexpr auto kFields<ServerReady> = std::make_tuple(
    field("models", &ServerReady::models), field("torch_version", &ServerReady::torch_version),
    field("cpu_capability", &ServerReady::cpu_capability), field("threads", &ServerReady::threads),
    field("start", &ServerReady::start), field("sandbox", &ServerReady::sandbox));

template <>
inline constexpr auto kFields<ServerFailed> = std::make_tuple(field("error", &ServerFailed::error));

template <>
inline constexpr auto kFields<WorkersStarted> =
    std::make_tuple(field("pid", &WorkersStarted::pid), field("workers", &WorkersStarted::workers));

template <>
inline constexpr auto kFields<WorkersEnded> = std::make_tuple(
    field("pid", &WorkersEnded::pid), field("wait_status", &WorkersEnded::wait_status),
    field("workers", &WorkersEnded::workers));

template <>
inline constexpr auto kFields<Quit> = std::make_tuple();

template <>
inline constexpr auto kFields<ModelSettings> = std::make_tuple(
    field("file", &ModelSettings::file), field("pinned_digest", &ModelSettings::pinned_digest),
    field("geometry", &ModelSettings::geometry), field("front_end", &ModelSettings::front_end),
    field("carries_state", &ModelSettings::carries_state),
    field("takes_lengths", &ModelSettings::takes_lengths), field("output", &ModelSettings::output),
    field("activation", &ModelSettings::activation), field("floors", &ModelSettings::floors),
    field("batch_size", &ModelSettings::batch_size));

template <>
inline constexpr auto kFields<WorkerSettings> = std::make_tuple(
    field("models", &WorkerSettings::models), field("ensemble", &WorkerSettings::ensemble),
    field("intra_op", &WorkerSettings::intra_op), field("inter_op", &WorkerSettings::inter_op),
    field("channel", &WorkerSettings::channel), field("resampler", &WorkerSettings::resampler),
    field("engine", &WorkerSettings::engine), field("start", &WorkerSettings::start),
    field("weights", &WorkerSettings::weights), field("control_fd", &WorkerSettings::control_fd),
    field("socket_fd", &WorkerSettings::socket_fd), field("beacon_fd", &WorkerSettings::beacon_fd),
    field("test_delay_ms", &WorkerSettings::test_delay_ms),
    field("sandbox", &WorkerSettings::sandbox), field("readable", &WorkerSettings::readable),
    field("max_memory_bytes", &WorkerSettings::max_memory_bytes),
    field("decode_ahead", &WorkerSettings::decode_ahead), field("trace", &WorkerSettings::trace));

template <>
inline constexpr std::string_view kMessageName<Hello> = "Hello";
template <>
inline constexpr std::string_view kMessageName<Ready> = "Ready";
template <>
inline constexpr std::string_view kMessageName<Probe> = "Probe";
template <>
inline constexpr std::string_view kMessageName<ProbeDone> = "ProbeDone";
template <>
inline constexpr std::string_view kMessageName<Task> = "Task";
template <>
inline constexpr std::string_view kMessageName<MixedTask> = "MixedTask";
template <>
inline constexpr std::string_view kMessageName<TaskDone> = "TaskDone";
template <>
inline constexpr std::string_view kMessageName<WorkFailed> = "WorkFailed";
template <>
inline constexpr std::string_view kMessageName<Stop> = "Stop";
template <>
inline constexpr std::string_view kMessageName<StartWorkers> = "StartWorkers";
template <>
inline constexpr std::string_view kMessageName<ServerAlive> = "ServerAlive";
template <>
inline constexpr std::string_view kMessageName<ServerReady> = "ServerReady";
template <>
inline constexpr std::string_view kMessageName<ServerFailed> = "ServerFailed";
template <>
inline constexpr std::string_view kMessageName<WorkersStarted> = "WorkersStarted";
template <>
inline constexpr std::string_view kMessageName<WorkersEnded> = "WorkersEnded";
template <>
inline constexpr std::string_view kMessageName<Quit> = "Quit";
template <>
inline constexpr std::string_view kMessageName<WorkerSettings> = "WorkerSettings";

}  // namespace rookery
