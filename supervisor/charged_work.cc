#include "supervisor/charged_work.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rookery/reading_ahead.h"

namespace rookery {
namespace {

// A task that dies of nothing of its own for this often is cut into its batches: what takes less
// time is more likely to live to its end.
constexpr int kUnchargedBeforeCutting = 2;

bool is_at_work(const BeaconNote& note) { return note.stage != BeaconStage::kIdle; }

// The task with other work.
ChargedWork with_parts(const ChargedWork& charged, std::vector<ModelWork> parts) {
  ChargedWork other = charged;
  std::get<Task>(other.item).parts = std::move(parts);
  return other;
}

// A part of single rows stays whole: its model may carry state from one to the next.
std::deque<ChargedWork> cut_into_batches(const ChargedWork& charged) {
  std::deque<ChargedWork> pieces;
  for (const ModelWork& work : std::get<Task>(charged.item).parts) {
    if (!has_batches_of_many(work)) {
      pieces.push_back(with_parts(charged, {work}));
      continue;
    }
    for (const Batch& batch : work.batches) {
      pieces.push_back(with_parts(charged, {{work.pass, {batch}, work.state, work.left_out}}));
    }
  }
  return pieces;
}

// Cuts out the batch that the beacon names: that first, then the rest, free of charges. As it is if
// there is nothing to cut.
std::deque<ChargedWork> cut_out_named(ChargedWork charged, const BeaconNote& note) {
  Task& task = std::get<Task>(charged.item);
  const auto part = static_cast<std::size_t>(note.part);
  if (batch_count(task) == 1 || note.part < 0 || part >= task.parts.size() ||
      !has_batches_of_many(task.parts[part])) {
    return {std::move(charged)};
  }
  std::vector<Batch>& batches = task.parts[part].batches;
  const auto named = batch_with(task.parts[part], note.segment_index);
  if (named == batches.end()) return {std::move(charged)};
  ModelWork culprit = task.parts[part];
  culprit.batches = {*named};
  batches.erase(named);
  std::vector<ModelWork> rest = task.parts;
  std::erase_if(rest, [](const ModelWork& work) { return work.batches.empty(); });
  ChargedWork others = with_parts(charged, std::move(rest));
  others.deaths = 0;
  return {with_parts(charged, {std::move(culprit)}), std::move(others)};
}

// What becomes of the item that was being worked on.
class Verdict {
 public:
  Verdict(const WorkDeath& death, int max_deaths) : death_(death), max_deaths_(max_deaths) {}

  Aftermath on(ChargedWork charged) const {
    if (!death_.charged) return uncharged(std::move(charged));
    if (!death_.certain) {
      charged.exclusive = true;
      return again(std::move(charged));
    }
    if (is_between_batches(charged)) return {cut_into_batches(charged), std::nullopt};
    ++charged.deaths;
    charged.last_death = death_;
    if (std::holds_alternative<Probe>(charged.item)) return probe(std::move(charged));
    if (charged.isolation || charged.deaths >= max_deaths_) return isolate(std::move(charged));
    return {cut_out_named(std::move(charged), death_.note), std::nullopt};
  }

 private:
  static Aftermath again(ChargedWork charged) { return {{std::move(charged)}, std::nullopt}; }

  // It may have been the batch that the beacon names, or the one that was being read meanwhile.
  bool is_between_batches(const ChargedWork& charged) const {
    const auto* task = std::get_if<Task>(&charged.item);
    return death_.reads_ahead && task != nullptr && may_be_read_ahead(*task);
  }

  Aftermath uncharged(ChargedWork charged) const {
    ++charged.uncharged_deaths;
    if (death_.last_straw && charged.uncharged_deaths >= kMaxUnchargedDeaths) {
      charged.deaths = charged.uncharged_deaths;
      charged.last_death = death_;
      return {{}, std::move(charged)};
    }
    const auto* task = std::get_if<Task>(&charged.item);
    const bool cut = task != nullptr && batch_count(*task) > 1 && !charged.isolation &&
                     charged.uncharged_deaths >= kUnchargedBeforeCutting;
    if (!cut) return again(std::move(charged));
    return {cut_into_batches(charged), std::nullopt};
  }

  Aftermath probe(ChargedWork charged) const {
    if (charged.deaths < max_deaths_) return again(std::move(charged));
    return {{}, std::move(charged)};
  }

  Aftermath isolate(ChargedWork charged) const {
    Task& task = std::get<Task>(charged.item);
    if (!charged.isolation) charged.isolation.emplace(task);
    if (charged.isolation->died(task, death_.note)) return again(std::move(charged));
    return {{}, std::move(charged)};
  }

  const WorkDeath& death_;
  int max_deaths_;
};

// A worker that died in the middle of a mixed task may have been at rows of all its recordings.
bool take_mix_apart(std::deque<ChargedWork>& held, const WorkDeath& death) {
  const auto named = std::ranges::find_if(
      held, [&](const ChargedWork& one) { return id_of(one.item) == death.note.task_id; });
  const std::int64_t mix = named != held.end() ? named->mix : held.empty() ? 0 : held.front().mix;
  if (mix == 0 || !death.charged || !is_at_work(death.note)) return false;
  for (ChargedWork& one : held) one.mix = one.mix == mix ? 0 : one.mix;
  return true;
}

}  // namespace

TaskId id_of(const SingleWork& item) {
  return std::visit([](const auto& work) { return work.id; }, item);
}

const Recording& recording_of(const SingleWork& item) {
  return std::visit([](const auto& work) -> const Recording& { return work.recording; }, item);
}

Aftermath after_death(std::deque<ChargedWork> held, const WorkDeath& death, int max_deaths) {
  const bool nobody = take_mix_apart(held, death) || !is_at_work(death.note);
  std::erase_if(held, [](const ChargedWork& one) { return one.dropped; });
  const Verdict verdict(death, max_deaths);
  Aftermath aftermath;
  for (ChargedWork& one : held) {
    if (nobody || one.mix != 0 || id_of(one.item) != death.note.task_id) {
      aftermath.again.push_back(std::move(one));
      continue;
    }
    Aftermath of_one = verdict.on(std::move(one));
    if (of_one.given_up) aftermath.given_up = std::move(of_one.given_up);
    std::ranges::move(of_one.again, std::back_inserter(aftermath.again));
  }
  return aftermath;
}

}  // namespace rookery
