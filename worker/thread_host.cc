#include "worker/thread_host.h"

#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>

#include "ipc/channel.h"
#include "worker/affinity.h"
#include "worker/process_status.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"
#include "worker/worker_loop.h"

namespace rookery {
namespace {

Status run_worker(const WorkerHost& host, const SlotStart& slot, const ChannelContext& context) {
  Status pinned = pin_this_thread(slot.core);
  if (!pinned) return pinned;
  Result<WorkerChannel> channel =
      WorkerChannel::connect(host.settings.socket_fd, slot.identity, context);
  if (!channel) return channel.error();
  Status hello = channel->send(Hello{::getpid()});
  if (!hello) return hello;

  Status settled = set_thread_settings(host.settings.intra_op);
  if (!settled) return settled;
  Result<std::vector<HostedModel>> models = host.model_source();
  if (!models) return models.error();
  Result<TaskRunner> runner = TaskRunner::create(
      host.settings, std::move(*models), StageMeter(host.beacon.writer(slot.identity.slot)));
  if (!runner) return runner.error();
  Status ready = channel->send(Ready{own_private_dirty_bytes()});
  if (!ready) return ready;
  return run_worker_loop(*channel, *runner, slot.identity, host.settings.test_delay_ms);
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

}  // namespace

Status run_in_this_thread(const WorkerHost& host, const SlotStart& slot) {
  return run_worker(host, slot, ChannelContext());
}

Status run_in_threads(const WorkerHost& host, const std::vector<SlotStart>& slots) {
  const ChannelContext context;
  const auto ends = std::make_shared<EndQueue>();
  for (const SlotStart& slot : slots) {
    std::thread([&host, slot, context, ends] {
      ends->push(run_worker(host, slot, context));
    }).detach();
  }
  for (std::size_t i = 0; i < slots.size(); ++i) {
    Status end = ends->pop();
    if (!end) return end;
  }
  return Done{};
}

}  // namespace rookery
