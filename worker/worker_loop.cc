#include "worker/worker_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include "worker/test_delay.h"
#include "worker/torch_failure.h"

namespace rookery {
namespace {

using Answers = std::vector<Message>;

TaskId id_of_answer(const Message& answer) {
  if (const auto* done = std::get_if<TaskDone>(&answer)) return done->result.id;
  if (const auto* probed = std::get_if<ProbeDone>(&answer)) return probed->id;
  return std::get<WorkFailed>(answer).id;
}

Message told(TaskId id, Result<TaskResult> result) {
  if (result) return TaskDone{std::move(*result)};
  return WorkFailed{id, result.error()};
}

Answers done_work(const Probe& probe, TaskRunner& runner) {
  Result<ProbeDone> done = runner.probe(probe);
  if (done) return {std::move(*done)};
  return {WorkFailed{probe.id, done.error()}};
}

Answers done_work(const Task& task, TaskRunner& runner) {
  return {told(task.id, runner.run(task))};
}

Answers done_work(const MixedTask& mixed, TaskRunner& runner) {
  std::vector<Result<TaskResult>> results = runner.run(mixed);
  Answers answers;
  for (std::size_t i = 0; i < results.size(); ++i) {
    answers.push_back(told(mixed.tasks[i].id, std::move(results[i])));
  }
  return answers;
}

// What escapes the steps' own edges is lack of memory.
template <class Work>
Answers answers_to(const Work& work, TaskRunner& runner) {
  try {
    return done_work(work, runner);
  } catch (const std::exception& exception) {
    return {WorkFailed{work.id, torch_failure("worker", exception)}};
  }
}

// Tasks that do not fit together may fit one by one.
Answers answers_to(const MixedTask& mixed, TaskRunner& runner) {
  try {
    return done_work(mixed, runner);
  } catch (const std::exception&) {
    Answers answers;
    for (const Task& task : mixed.tasks) answers.push_back(answers_to(task, runner).front());
    return answers;
  }
}

// Nothing for a message that is no work.
Answers answers_to_message(const Message& message, TaskRunner& runner) {
  if (const auto* probe = std::get_if<Probe>(&message)) return answers_to(*probe, runner);
  if (const auto* task = std::get_if<Task>(&message)) return answers_to(*task, runner);
  if (const auto* mixed = std::get_if<MixedTask>(&message)) return answers_to(*mixed, runner);
  return {};
}

// An answer that is too large to send is the task's fault, and small enough to tell.
Status send_answer(WorkerChannel& channel, const Message& answer) {
  Status sent = channel.send(answer);
  if (sent || std::holds_alternative<WorkFailed>(answer)) return sent;
  return channel.send(WorkFailed{id_of_answer(answer), sent.error()});
}

Status send_answers(WorkerChannel& channel, const Answers& answers) {
  for (const Message& answer : answers) {
    Status sent = send_answer(channel, answer);
    if (!sent) return sent;
  }
  return Done{};
}

}  // namespace

Status run_worker_loop(WorkerChannel& channel, TaskRunner& runner, const WorkerIdentity& identity,
                       std::int32_t test_delay_limit_ms) {
  while (true) {
    Result<Message> received = channel.receive();
    if (!received) return received.error();
    if (std::holds_alternative<Stop>(*received)) return Done{};
    const Answers answers = answers_to_message(*received, runner);
    if (answers.empty()) {
      return Error{"worker", fmt::format("a worker takes no {}", message_name(*received)), ""};
    }
    const TaskId id = id_of_answer(answers.front());
    std::this_thread::sleep_for(
        std::chrono::milliseconds(test_delay_ms(identity, id, test_delay_limit_ms)));
    runner.note_send();
    Status sent = send_answers(channel, answers);
    if (!sent) return sent;
    runner.note_idle();
  }
}

}  // namespace rookery
