// A pool without processes: answers come from two functions, in an order, with deaths and with late
// and doubled answers that a seed decides.
#pragma once

#include <algorithm>
#include <csignal>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "rookery/reading_ahead.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

struct FakePoolScript {
  int slots = 2;
  unsigned seed = 0;
  double death_rate = 0;  // chance that a turn is a death instead of an answer
  std::function<Result<RecordingProperties>(const Recording&)> probe;
  // An error of stage "forward" is the model's, any other the recording's.
  std::function<Result<SegmentScores>(const Task&, const ModelWork&, const Segment&)> score;
  // What a model that carries state would return after its part.
  std::function<std::vector<float>(const Task&, const ModelWork&)> state_after =
      [](const Task&, const ModelWork&) { return std::vector<float>(); };
  // Told what is sent to whom.
  std::function<void(SlotId, const WorkItem&)> sent = [](SlotId, const WorkItem&) {};
  // Recordings whose tasks kill every worker.
  std::function<bool(const Recording&)> deadly = [](const Recording&) { return false; };
  // Segments that kill every worker that runs a batch with them.
  std::function<bool(const Task&, const Segment&)> deadly_segment =
      [](const Task&, const Segment&) { return false; };
  // A worker dies of a batch while it notes the one before, as if it read ahead.
  bool reads_ahead = false;
  std::function<std::int64_t(SlotId)> private_bytes = [](SlotId) { return 0; };
  // Work that is never answered; and told who is killed.
  std::function<bool(const WorkItem&)> hangs = [](const WorkItem&) { return false; };
  std::function<void(SlotId)> killed = [](SlotId) {};
  // Called before every event; returning one puts it first.
  std::function<std::optional<PoolEvent>(int events_so_far)> interject = [](int) {
    return std::nullopt;
  };
};

class FakePool final : public WorkerPool {
 public:
  explicit FakePool(FakePoolScript script)
      : script_(std::move(script)),
        random_(script_.seed),
        held_(size()),
        leaving_(size(), false),
        wanted_(script_.slots) {
    for (int slot = 0; slot < script_.slots; ++slot) events_.emplace_back(WorkerReady{slot});
  }

  Result<ServerReady> start() override { return ServerReady{}; }
  int slot_count() const override { return script_.slots; }
  Status send(SlotId slot, const WorkItem& item) override {
    script_.sent(slot, item);
    held_.at(static_cast<std::size_t>(slot)).push_back(item);
    most_held_ = std::max(most_held_, held_[static_cast<std::size_t>(slot)].size());
    return Done{};
  }
  std::int64_t private_bytes(SlotId slot) override { return script_.private_bytes(slot); }
  void kill(SlotId slot) override {
    script_.killed(slot);
    const auto& items = held_.at(static_cast<std::size_t>(slot));
    die(slot, SIGKILL, items.empty() ? BeaconNote() : note_of(items.front()));
  }
  std::vector<SlotId> retire(SlotId slot) override {
    if (leaving_.at(static_cast<std::size_t>(slot)) || slot >= wanted_) return {};
    leaving_[static_cast<std::size_t>(slot)] = true;
    return {slot};
  }
  std::vector<SlotId> set_worker_count(int count) override {
    std::vector<SlotId> leaving;
    for (SlotId slot = count; slot < wanted_; ++slot) {
      if (!retire(slot).empty()) leaving.push_back(slot);
    }
    for (SlotId slot = wanted_; slot < count; ++slot) {
      if (!leaving_[static_cast<std::size_t>(slot)]) events_.emplace_back(WorkerReady{slot});
    }
    wanted_ = count;
    return leaving;
  }
  void stop(bool) override {}

  PoolEvent wait(std::chrono::milliseconds) override {
    if (auto event = script_.interject(events_seen_++)) return *event;
    if (!events_.empty()) return take_first();
    std::vector<SlotId> busy;
    for (SlotId slot = 0; slot < script_.slots; ++slot) {
      const auto index = static_cast<std::size_t>(slot);
      if (leaving_[index] && held_[index].empty()) return retired(slot);
      if (!held_[index].empty() && !script_.hangs(held_[index].front())) busy.push_back(slot);
    }
    if (busy.empty()) return TimedOut{};
    return turn_of(busy[random_() % busy.size()]);
  }

  int wanted() const { return wanted_; }

  std::size_t most_held() const { return most_held_; }
  bool idle() const {
    return std::all_of(held_.begin(), held_.end(), [](const auto& items) { return items.empty(); });
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(script_.slots); }

  PoolEvent take_first() {
    PoolEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

  void succeed(SlotId slot) {
    leaving_[static_cast<std::size_t>(slot)] = false;
    if (slot < wanted_) events_.emplace_back(WorkerReady{slot});
  }

  PoolEvent retired(SlotId slot) {
    succeed(slot);
    return WorkerRetired{slot};
  }

  // Its answers that are on their way are lost with it.
  void die(SlotId slot, int signal, const BeaconNote& note) {
    held_.at(static_cast<std::size_t>(slot)).clear();
    events_.emplace_back(WorkerDied{.slot = slot, .wait_status = signal, .last_note = note});
    succeed(slot);
  }

  PoolEvent turn_of(SlotId slot) {
    auto& items = held_[static_cast<std::size_t>(slot)];
    const WorkItem item = items.front();
    const bool dies = std::uniform_real_distribution<>(0, 1)(random_) < script_.death_rate;
    if (const auto note = dies ? note_of(item) : deadly_note(item)) {
      die(slot, dies ? SIGKILL : SIGSEGV, *note);
      return take_first();
    }
    items.pop_front();
    if (const auto* probe = std::get_if<Probe>(&item)) events_.push_back(answer_to(slot, *probe));
    for (const Task& task : tasks_of(item)) events_.push_back(answer_to(slot, task));
    if (random_() % 8 == 0) events_.push_back(events_.front());  // said twice
    return take_first();
  }

  // The beacon in the middle of an item.
  static BeaconNote note_of(const WorkItem& item) {
    if (const auto* probe = std::get_if<Probe>(&item)) {
      return BeaconNote{probe->id, 0, -1, BeaconStage::kProbe};
    }
    return BeaconNote{tasks_of(item).back().id, 0, -1, BeaconStage::kDecode};
  }

  // What a worker notes last before an item kills it, if it does.
  std::optional<BeaconNote> deadly_note(const WorkItem& item) const {
    for (const Task& task : tasks_of(item)) {
      if (script_.deadly(task.recording)) {
        return BeaconNote{task.id, 0, -1, BeaconStage::kForward};
      }
      if (const auto note = deadly_batch(task)) return note;
    }
    return std::nullopt;
  }

  std::optional<BeaconNote> deadly_batch(const Task& task) const {
    std::optional<BeaconNote> before;
    for (std::size_t part = 0; part < task.parts.size(); ++part) {
      const ModelWork& work = task.parts[part];
      for (const Batch& batch : work.batches) {
        const auto kills = [&](const Segment& segment) {
          const bool read = std::ranges::find(work.left_out, segment.index) == work.left_out.end();
          return read && script_.deadly_segment(task, segment);
        };
        const BeaconNote note{task.id, static_cast<std::int32_t>(part),
                              batch.segments.front().index, BeaconStage::kForward};
        const bool ahead = script_.reads_ahead && before && may_be_read_ahead(task);
        if (std::ranges::any_of(batch.segments, kills)) return ahead ? *before : note;
        before = note;
      }
    }
    return std::nullopt;
  }

  static std::vector<Task> tasks_of(const WorkItem& item) {
    if (const auto* task = std::get_if<Task>(&item)) return {*task};
    if (const auto* mixed = std::get_if<MixedTask>(&item)) return mixed->tasks;
    return {};
  }

  PoolEvent answer_to(SlotId slot, const Probe& probe) const {
    const auto properties = script_.probe(probe.recording);
    if (!properties) return WorkRefused{slot, {probe.id, properties.error()}};
    return ProbeAnswered{slot, {probe.id, *properties, 1}};
  }

  PoolEvent answer_to(SlotId slot, const Task& task) {
    TaskResult result;
    result.id = task.id;
    result.wall_us = 1 + static_cast<std::int64_t>(random_() % 200'000);
    for (const ModelWork& work : task.parts) {
      auto scores = scores_of(task, work);
      if (!scores) return WorkRefused{slot, {task.id, scores.error()}};
      result.parts.push_back(std::move(scores).value());
    }
    return TaskAnswered{slot, std::move(result)};
  }

  Result<ModelScores> scores_of(const Task& task, const ModelWork& work) const {
    ModelScores scores{work.pass, {}, script_.state_after(task, work)};
    for (const Batch& batch : work.batches) {
      for (const Segment& segment : batch.segments) {
        if (std::ranges::find(work.left_out, segment.index) != work.left_out.end()) {
          scores.segments.push_back({segment.index, {}});
          continue;
        }
        auto one = script_.score(task, work, segment);
        if (!one && one.error().stage == "forward")
          return ModelScores{work.pass, {}, {}, one.error()};
        if (!one) return one.error();
        scores.segments.push_back(std::move(one).value());
      }
    }
    return scores;
  }

  FakePoolScript script_;
  std::mt19937 random_;
  std::vector<std::deque<WorkItem>> held_;
  std::vector<bool> leaving_;
  int wanted_;
  std::deque<PoolEvent> events_;
  int events_seen_ = 0;
  std::size_t most_held_ = 0;
};

}  // namespace rookery
