// Reading a list of items one ahead of who works on them (software pipelining).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include "worker/helper_thread.h"

namespace rookery {

// The helper reads the items one after the other, in order: the first at once, another whenever one
// has been taken. So at most one is there that was not taken. For one thread, as the helper is.
template <class Item>
class ReadAhead {
 public:
  using Read = std::function<Item(std::size_t index)>;

  // Reads items 0 … count − 1 with `read`, which the helper's thread calls. The helper, which has
  // nothing else to do, outlives it.
  ReadAhead(HelperThread& helper, std::size_t count, Read read)
      : helper_(helper), count_(count), read_(std::move(read)) {
    begin_next();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits for the read under way, whose item or exception is of no use any more.
  ~ReadAhead() {
    try {
      helper_.wait();
    } catch (...) {
      item_.reset();
    }
  }

  // The next item, once it is there; or throws what its read threw. Precondition: not all have been
  // taken, and none has thrown.
  Item take() {
    helper_.wait();
    Item item = std::move(*item_);
    begin_next();
    return item;
  }

 private:
  void begin_next() {
    if (begun_ == count_) return;
    helper_.begin([this, index = begun_++] { item_.emplace(read_(index)); });
  }

  HelperThread& helper_;
  std::size_t count_;
  Read read_;
  std::size_t begun_ = 0;
  std::optional<Item> item_;  // the helper's while it reads, else ours
};

}  // namespace rookery
