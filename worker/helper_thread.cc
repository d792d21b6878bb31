#include "worker/helper_thread.h"

#include <pthread.h>

#include <utility>

namespace rookery {

HelperThread::HelperThread(const std::string& name)
    : thread_([this, name](const std::stop_token& stop) {
        ::pthread_setname_np(::pthread_self(), name.c_str());
        run(stop);
      }) {}

void HelperThread::begin(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    job_ = std::move(job);
  }
  changed_.notify_all();
}

void HelperThread::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !job_; });
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void HelperThread::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return job_ != nullptr; })) {
    const std::function<void()> job = job_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      job();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = thrown;
    job_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace rookery
