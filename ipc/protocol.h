// Every message between processes, in one place; PROTOCOL.md tells who sends what when.
// Fields are encoded in the order given here (ipc/codec); changing them means a new
// kProtocolVersion.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rookery/core_set.h"
#include "rookery/model_card.h"
#include "rookery/recording.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "rookery/segment.h"
#include "rookery/task.h"

namespace rookery {

inline constexpr std::int32_t kProtocolVersion = 8;

using SlotId = std::int32_t;

// A slot outlives its worker: every worker started for it gets the next incarnation, so that what a
// dead one still had in flight can be told from what its successor says.
struct WorkerIdentity {
  SlotId slot = 0;
  std::int32_t incarnation = 0;

  bool operator==(const WorkerIdentity&) const = default;
};

// ---- over ZeroMQ: worker → supervisor
// --------------------------------------------------------------

// "I live": sent once connected, before anything slow.
struct Hello {
  std::int64_t pid = 0;
  bool operator==(const Hello&) const = default;
};

// What of the sandbox is in force (worker/sandbox).
struct SandboxState {
  std::int32_t landlock_abi = 0;  // Landlock's version; 0: not in force
  bool seccomp = false;
  bool operator==(const SandboxState&) const = default;
};

// "Model loaded, threads checked: I take work."
struct Ready {
  std::int64_t private_dirty_bytes = 0;  // of the worker's process, before its first task
  SandboxState sandbox;
  bool operator==(const Ready&) const = default;
};

struct ProbeDone {
  TaskId id = 0;
  RecordingProperties properties;
  std::int64_t probe_us = 0;
  std::vector<StageSpan> spans = {};  // of a run that is traced
  bool operator==(const ProbeDone&) const = default;
};

struct TaskDone {
  TaskResult result;
  bool operator==(const TaskDone&) const = default;
};

// A probe or task that could not be done though the worker is well: the recording is at fault.
struct WorkFailed {
  TaskId id = 0;
  Error error;
  bool operator==(const WorkFailed&) const = default;
};

// ---- over ZeroMQ: supervisor → worker (besides Probe, Task, MixedTask)
// ------------------------------------

// "Finish what you hold, then end."
struct Stop {
  bool operator==(const Stop&) const = default;
};

// ---- over the control socket: supervisor ↔ fork server
// --------------------------------------------

// One worker to start, and the cores that it and the threads of its operators run on.
struct SlotStart {
  WorkerIdentity identity;
  CoreSet cores;
  bool operator==(const SlotStart&) const = default;
};

// Asks for one process that hosts these slots: one for engine `processes`, all for `threads`.
struct StartWorkers {
  std::vector<SlotStart> slots;
  bool operator==(const StartWorkers&) const = default;
};

struct ServerAlive {
  std::int64_t pid = 0;
  bool operator==(const ServerAlive&) const = default;
};

// What the fork server found when it loaded and warmed up a model.
struct ModelFacts {
  std::string digest;              // SHA-256 of the model file, hexadecimal
  std::int64_t weights_bytes = 0;  // in the shared store; 0 with private weights
  std::int64_t tensor_count = 0;
  std::int64_t output_frames = 0;    // F of [B,F,C]; 0 for tags
  std::int64_t warm_forward_us = 0;  // one forward of a full batch once warm
  std::int64_t warm_up_bytes = 0;    // by which the warm-up's peak lay above the loaded model
  bool operator==(const ModelFacts&) const = default;
};

struct ServerReady {
  std::vector<ModelFacts> models;  // in the order of WorkerSettings::models
  std::string torch_version;
  std::string cpu_capability;          // as LibTorch names it, e.g. AVX512
  std::int32_t threads = 0;            // of the fork server's process after the warm-up
  StartKind start = StartKind::kFork;  // in force: spawn if the process had to have threads
  SandboxState sandbox;                // what a trial could put in force here: workers must, too
  bool operator==(const ServerReady&) const = default;
};

struct ServerFailed {
  Error error;
  bool operator==(const ServerFailed&) const = default;
};

struct WorkersStarted {
  std::int64_t pid = 0;
  std::vector<WorkerIdentity> workers;
  bool operator==(const WorkersStarted&) const = default;
};

// A process that hosted workers has ended; wait_status as waitpid gives it.
struct WorkersEnded {
  std::int64_t pid = 0;
  std::int32_t wait_status = 0;
  std::vector<WorkerIdentity> workers;
  bool operator==(const WorkersEnded&) const = default;
};

// "Let no more workers start, wait for those that run, end."
struct Quit {
  bool operator==(const Quit&) const = default;
};

// ---- in an inherited memfd: what a rookery-worker process is to be
// ---------------------------------

struct ModelSettings {
  std::string file;
  std::string pinned_digest;  // another SHA-256 of the file is refused; "": none is
  SegmentGeometry geometry;
  FrontEndParameters front_end;
  bool carries_state = false;
  bool takes_lengths = false;
  OutputType output = OutputType::kTags;
  Activation activation = Activation::kSigmoid;
  std::vector<float> floors;  // for each label: scores below are not sent
  std::int32_t batch_size = 0;
  bool operator==(const ModelSettings&) const = default;
};

struct WorkerSettings {
  std::vector<ModelSettings> models;
  bool ensemble = false;  // one output, the mean of all models' scores: they differ in file alone
  std::int32_t intra_op = 1;
  std::int32_t inter_op = 1;
  std::string channel;
  std::string resampler;
  EngineKind engine = EngineKind::kProcesses;
  StartKind start = StartKind::kFork;
  WeightsKind weights = WeightsKind::kShared;
  std::int32_t control_fd = -1;  // SOCK_SEQPACKET to the supervisor (fork server only)
  std::int32_t socket_fd = -1;   // O_PATH of the supervisor's ZeroMQ socket
  std::int32_t beacon_fd = -1;   // shm/beacon, one line a slot
  std::int32_t test_delay_ms = 0;
  bool sandbox = true;
  std::vector<std::string> readable;  // files and folders with recordings; "/": everything
  std::int64_t max_memory_bytes = 0;  // a worker's own, as max_worker_memory says; 0: none
  bool decode_ahead = false;          // a helper thread reads the next batch during a forward
  bool trace = false;                 // answers carry spans
  bool operator==(const WorkerSettings&) const = default;
};

using Message = std::variant<Hello, Ready, Probe, ProbeDone, Task, TaskDone, WorkFailed, Stop,
                             StartWorkers, ServerAlive, ServerReady, ServerFailed, WorkersStarted,
                             WorkersEnded, Quit, WorkerSettings, MixedTask>;

}  // namespace rookery
