// Stands in for rookery-worker where the supervisor alone is measured: speaks the fork server's
// protocol, opens no recording and runs no model. Every recording lasts kSecondsVariable seconds
// and every segment gives the same few scores, at once.
#include "bench/stub_worker.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

#include "ipc/channel.h"
#include "ipc/codec.h"
#include "ipc/control_socket.h"
#include "shm/sealed_memory.h"

namespace rookery {
namespace {

constexpr std::int32_t kSampleRate = 32000;

RecordingProperties made_up_properties() {
  const char* seconds = std::getenv(bench::kSecondsVariable);
  RecordingProperties properties;
  properties.frames = (seconds == nullptr ? 1 : std::atoll(seconds)) * kSampleRate;
  properties.sample_rate = kSampleRate;
  properties.channels = 1;
  properties.format = "made up";
  return properties;
}

ModelScores made_up_scores(const ModelWork& work) {
  ModelScores scores;
  scores.pass = work.pass;
  for (const Batch& batch : work.batches) {
    for (const Segment& segment : batch.segments) {
      SegmentScores& of_segment = scores.segments.emplace_back(SegmentScores{segment.index, {}});
      for (std::int32_t label = 0; label < bench::kScoresPerSegment; ++label) {
        of_segment.scores.push_back({segment.index, label * 100, 0.9F});
      }
    }
  }
  return scores;
}

TaskResult made_up_result(const Task& task) {
  TaskResult result;
  result.id = task.id;
  for (const ModelWork& work : task.parts) {
    result.parts.push_back(made_up_scores(work));
    result.wall_us += bench::kToldUsPerSegment * std::ssize(result.parts.back().segments);
  }
  return result;
}

int work(const WorkerSettings& settings, const WorkerIdentity& identity) {
  auto channel = WorkerChannel::connect(settings.socket_fd, identity);
  if (!channel || !channel->send(Hello{::getpid()}) || !channel->send(Ready{})) return 1;
  while (true) {
    const auto message = channel->receive();
    if (!message || std::holds_alternative<Stop>(*message)) return message ? 0 : 1;
    Status answered = Done{};
    if (const auto* probe = std::get_if<Probe>(&*message)) {
      answered = channel->send(ProbeDone{probe->id, made_up_properties(), 1});
    } else if (const auto* task = std::get_if<Task>(&*message)) {
      answered = channel->send(TaskDone{made_up_result(*task)});
    }
    if (!answered) return 1;
  }
}

Status start_workers(const WorkerSettings& settings, const StartWorkers& request,
                     ControlSocket& supervisor) {
  WorkersStarted started;
  for (const SlotStart& slot : request.slots) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::_exit(work(settings, slot.identity));
    }
    started.pid = child;
    started.workers.push_back(slot.identity);
  }
  return supervisor.send(started);
}

int serve(const WorkerSettings& settings) {
  ControlSocket supervisor{UniqueFd(settings.control_fd)};
  ServerReady facts;
  facts.threads = 1;
  if (!supervisor.send(ServerAlive{::getpid()}) || !supervisor.send(facts)) return 1;
  while (true) {
    const auto message = supervisor.receive();
    if (!message || !*message) return 1;
    if (std::holds_alternative<Quit>(**message)) break;
    const auto* request = std::get_if<StartWorkers>(&**message);
    if (request == nullptr || !start_workers(settings, *request, supervisor)) return 1;
  }
  while (::wait(nullptr) > 0) {
  }
  return 0;
}

int run(int settings_fd) {
  const auto bytes = read_memfd(UniqueFd(settings_fd));
  if (!bytes) return 1;
  const auto message = decode(*bytes);
  const auto* settings = message ? std::get_if<WorkerSettings>(&*message) : nullptr;
  return settings == nullptr ? 1 : serve(*settings);
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  if (argc < 3 || std::string_view(argv[1]) != "--settings-fd") return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return rookery::run(std::atoi(argv[2]));
}
