#include "worker/thread_host.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>

#include "ipc/channel.h"
#include "ipc/thread_room.h"
#include "worker/affinity.h"
#include "worker/process_status.h"
#include "worker/sandbox/sandbox.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"
#include "worker/worker_loop.h"

namespace rookery {
namespace {

Result<WorkerChannel> connect(const WorkerHost& host, const SlotStart& slot,
                              const ChannelContext& context) {
  Result<WorkerChannel> channel =
      WorkerChannel::connect(host.settings.socket_fd, slot.identity, context);
  if (!channel) return channel;
  Status hello = channel->send(Hello{::getpid()});
  if (!hello) return hello.error();
  return channel;
}

// For ZeroMQ's threads, those of further workers, and those that operators and workers start: a
// helper thread has a team of its own for operators.
Status room_for_workers(const WorkerSettings& settings, std::size_t workers_in_threads) {
  const std::size_t loops = std::max<std::size_t>(workers_in_threads, 1);
  const std::int32_t helpers =
      settings.intra_op - 1 + (settings.decode_ahead ? settings.intra_op : 0);
  return room_for_threads(
      ChannelContext::kThreads + workers_in_threads + loops * static_cast<std::size_t>(helpers),
      "a worker");
}

StageMeter meter_of(const WorkerHost& host, const SlotStart& slot) {
  StageMeter meter(host.beacon.writer(slot.identity.slot));
  if (host.settings.trace) meter.trace(SpanLog());
  return meter;
}

// From here on nothing is opened but recordings and the model. The channel ends with it.
Status run_worker(const WorkerHost& host, const SlotStart& slot, const SandboxState& sandbox,
                  WorkerChannel channel) {
  Status settled = set_thread_settings(host.settings.intra_op);
  if (!settled) return settled;
  Result<std::vector<HostedModel>> models = host.model_source();
  if (!models) return models.error();
  Result<TaskRunner> runner =
      TaskRunner::create(host.settings, std::move(*models), meter_of(host, slot));
  if (!runner) return runner.error();
  Status ready = channel.send(Ready{own_private_dirty_bytes(), sandbox});
  if (!ready) return ready;
  return run_worker_loop(channel, *runner, slot.identity, host.settings.test_delay_ms);
}

// How each thread ended, in the order of their ends.
class EndQueue {
 public:
  void push(Status end) {
    {
      const std::lock_guard lock(mutex_);
      ends_.push(std::move(end));
    }
    pushed_.notify_one();
  }

  Status pop() {
    std::unique_lock lock(mutex_);
    pushed_.wait(lock, [this] { return !ends_.empty(); });
    Status end = std::move(ends_.front());
    ends_.pop();
    return end;
  }

 private:
  std::mutex mutex_;
  std::condition_variable pushed_;
  std::queue<Status> ends_;
};

// Until all have ended, or one with an Error: the others are busy then and not waited for. After a
// good end comes what LibTorch keeps for a thread, which refers to models: joined, not just told.
Status await_ends(std::vector<std::thread>& threads, EndQueue& ends) {
  Status end = Done{};
  for (std::size_t left = threads.size(); end && left > 0; --left) end = ends.pop();
  for (std::thread& thread : threads) end ? thread.join() : thread.detach();
  return end;
}

}  // namespace

Status run_in_this_thread(const WorkerHost& host, const SlotStart& slot) {
  Status pinned = pin_this_thread(slot.cores);
  if (!pinned) return pinned;
  const Status room = room_for_workers(host.settings, 0);
  if (!room) return room;
  Result<WorkerChannel> channel = connect(host, slot, ChannelContext());
  if (!channel) return channel.error();
  SandboxState sandbox = host.sandbox;
  Status closed = close_sandbox(host.settings, 1, sandbox);
  if (!closed) return closed;
  return run_worker(host, slot, sandbox, std::move(*channel));
}

Status run_in_threads(const WorkerHost& host, const std::vector<SlotStart>& slots) {
  const Status room = room_for_workers(host.settings, slots.size());
  if (!room) return room;
  const ChannelContext context(slots.size());
  std::vector<WorkerChannel> channels;
  for (const SlotStart& slot : slots) {
    Result<WorkerChannel> channel = connect(host, slot, context);
    if (!channel) return channel.error();
    channels.push_back(std::move(*channel));
  }
  SandboxState sandbox = host.sandbox;
  Status closed = close_sandbox(host.settings, slots.size(), sandbox);
  if (!closed) return closed;

  const auto ends = std::make_shared<EndQueue>();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    threads.emplace_back(
        [&host, slot = slots[i], sandbox, ends, channel = std::move(channels[i])]() mutable {
          Status end = pin_this_thread(slot.cores);
          if (end) end = run_worker(host, slot, sandbox, std::move(channel));
          ends->push(std::move(end));
        });
  }
  return await_ends(threads, *ends);
}

}  // namespace rookery
