#include "worker/worker_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>

#include "worker/test_delay.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

TaskId work_id(const Message& message) {
  if (const auto* probe = std::get_if<Probe>(&message)) return probe->id;
  return std::get<Task>(message).id;
}

Message done_work(const Message& work, TaskRunner& runner) {
  if (const auto* probe = std::get_if<Probe>(&work)) {
    Result<ProbeDone> done = runner.probe(*probe);
    if (done) return std::move(*done);
    return WorkFailed{probe->id, done.error()};
  }
  Result<TaskResult> result = runner.run(std::get<Task>(work));
  if (result) return TaskDone{std::move(*result)};
  return WorkFailed{work_id(work), result.error()};
}

// What escapes the steps' own edges is lack of memory.
Message answer_to(const Message& work, TaskRunner& runner) {
  try {
    return done_work(work, runner);
  } catch (const std::exception& exception) {
    return WorkFailed{work_id(work), {"worker", torch_reason(exception), ""}};
  }
}

// An answer that is too large to send is the task's fault, and small enough to tell.
Status send_answer(WorkerChannel& channel, const Message& answer, TaskId id) {
  Status sent = channel.send(answer);
  if (sent || std::holds_alternative<WorkFailed>(answer)) return sent;
  return channel.send(WorkFailed{id, sent.error()});
}

}  // namespace

Status run_worker_loop(WorkerChannel& channel, TaskRunner& runner, const WorkerIdentity& identity,
                       std::int32_t test_delay_limit_ms) {
  while (true) {
    Result<Message> received = channel.receive();
    if (!received) return received.error();
    const Message& work = *received;
    if (std::holds_alternative<Stop>(work)) return Done{};
    if (!std::holds_alternative<Probe>(work) && !std::holds_alternative<Task>(work)) {
      return Error{"worker", fmt::format("a worker takes no {}", message_name(work)), ""};
    }
    const Message answer = answer_to(work, runner);
    const TaskId id = work_id(work);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(test_delay_ms(identity, id, test_delay_limit_ms)));
    runner.note_send();
    Status sent = send_answer(channel, answer, id);
    if (!sent) return sent;
    runner.note_idle();
  }
}

}  // namespace rookery
