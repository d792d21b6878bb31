// The journal in memory, for tests. It keeps the promises of supervisor/journal/journal.h, as
// tests/supervisor/journal/journal_contract_test.cc shows; tests can look at the number of flushes.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/journal/recording_identity.h"

namespace rookery {

class MemoryJournal final : public Journal {
 public:
  int flushes() const { return flushes_; }

  Result<std::map<std::string, std::string>> facts() override { return facts_; }
  Status set_facts(const std::map<std::string, std::string>& facts) override {
    facts_ = facts;
    return Done{};
  }

  Status begin_run() override {
    ++run_;
    next_ordinal_ = 0;
    for (auto& [id, kept] : kept_) {
      if (pending(kept)) kept.go_back();
    }
    return Done{};
  }

  Result<std::optional<JournalEntry>> admit(const Recording& recording,
                                            const FileIdentity& identity) override {
    if (run_ == 0) return Error{"journal", "a recording was admitted before a run began", ""};
    const auto place = ids_.try_emplace(recording.key, std::ssize(ids_) + 1).first;
    Kept& kept = kept_[place->second];
    if (kept.place.first == run_) {
      if (kept.entry.path == recording.path) return std::optional<JournalEntry>();
      return Error{"input",
                   kept.entry.path + " and " + recording.path + " have one key: " + recording.key,
                   ""};
    }
    const bool same = kept.entry.id != 0 && is_known_file(kept.entry, identity);
    if (!same) kept.clear();
    const bool anew = !same || pending(kept);
    const std::int64_t attempts = kept.entry.id == 0 ? 1 : kept.entry.attempts + (anew ? 1 : 0);
    kept.entry = {place->second,
                  recording.key,
                  recording.path,
                  same ? identity_to_keep(kept.entry, identity) : identity,
                  same ? kept.entry.outcome : RecordingOutcome{},
                  kept.entry.checkpoints,
                  std::ssize(kept.rows),
                  attempts};
    kept.place = {run_, next_ordinal_++};
    return std::optional(kept.entry);
  }

  Status reopen(std::int64_t id) override {
    const auto place = kept_.find(id);
    if (place == kept_.end()) return not_pending(id);
    if (!pending(place->second)) ++place->second.entry.attempts;
    place->second.entry.outcome = {};
    place->second.clear();
    return Done{};
  }

  Status checkpoint(std::int64_t id, std::int32_t channel, const std::string& bytes) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || !pending(place->second)) return not_pending(id);
    place->second.entry.checkpoints[channel] = bytes;
    return Done{};
  }

  Status append(std::int64_t id, const std::vector<Detection>& detections) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || !pending(place->second)) return not_pending(id);
    for (const Detection& detection : detections) {
      if (!std::isfinite(detection.score)) return Error{"journal", "a score is not finite", ""};
      if (detection.start_us < 0 || detection.end_us < detection.start_us) {
        return Error{"journal", "a time is impossible", ""};
      }
    }
    auto& rows = place->second.rows;
    rows.insert(rows.end(), detections.begin(), detections.end());
    std::stable_sort(rows.begin(), rows.end(), in_row_order);
    return Done{};
  }

  Status append_vectors(std::int64_t id, const SegmentVectors& vectors) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || !pending(place->second)) return not_pending(id);
    auto& kept = place->second.vectors;
    const auto finite = [](float value) { return std::isfinite(value); };
    if (vectors.length < 1 || (!kept.empty() && kept.front().length != vectors.length) ||
        std::ssize(vectors.values) != std::ssize(vectors.times) * vectors.length ||
        !std::all_of(vectors.values.begin(), vectors.values.end(), finite)) {
      return Error{"journal", "vectors are not finite or of another length", ""};
    }
    if (!vectors.times.empty()) kept.push_back(vectors);
    return Done{};
  }

  Status finish(std::int64_t id, const RecordingOutcome& outcome) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || !pending(place->second)) return not_pending(id);
    if (outcome.state == RecordingState::kPending) return not_pending(id);
    place->second.entry.outcome = outcome;
    place->second.entry.checkpoints.clear();
    if (outcome.state == RecordingState::kFailed) place->second.clear();
    return Done{};
  }

  Status flush() override {
    ++flushes_;
    return Done{};
  }

  Result<JournalCounts> counts() override {
    JournalCounts counts;
    for (const auto& [id, kept] : kept_) count(kept, counts);
    return counts;
  }

  Status for_each_entry(const std::function<Status(const JournalEntry&)>& visit) override {
    std::map<Place, const JournalEntry*> in_order;
    for (auto& [id, kept] : kept_) {
      kept.entry.rows = std::ssize(kept.rows);
      in_order[kept.place] = &kept.entry;
    }
    for (const auto& [place, entry] : in_order) {
      if (Status visited = visit(*entry); !visited) return visited;
    }
    return Done{};
  }

  Result<VectorShape> vector_shape(std::int64_t id) override {
    VectorShape shape;
    const Status walked = for_each_vectors(id, [&shape](const SegmentVectors& vectors) {
      shape = {shape.count + std::ssize(vectors.times), vectors.length};
      return Done{};
    });
    if (!walked) return walked.error();
    return shape;
  }

  Status for_each_vectors(std::int64_t id,
                          const std::function<Status(const SegmentVectors&)>& visit) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || pending(place->second)) return Done{};
    for (const SegmentVectors& vectors : place->second.vectors) {
      if (Status visited = visit(vectors); !visited) return visited;
    }
    return Done{};
  }

  Status for_each_detection(std::int64_t id,
                            const std::function<Status(const Detection&)>& visit) override {
    const auto place = kept_.find(id);
    if (place == kept_.end() || pending(place->second)) return Done{};
    for (const Detection& detection : place->second.rows) {
      if (Status visited = visit(detection); !visited) return visited;
    }
    return Done{};
  }

 private:
  using Place = std::pair<std::int64_t, std::int64_t>;  // run, ordinal within it
  struct Kept {
    JournalEntry entry;
    Place place;
    std::vector<Detection> rows;
    std::vector<SegmentVectors> vectors;

    void clear() {
      rows.clear();
      vectors.clear();
      entry.checkpoints.clear();
    }
    // To what a flush that was followed by a crash would have left. It is the loop that tells a
    // checkpoint before each flush, so there is nothing between the two here.
    void go_back() {
      if (entry.checkpoints.empty()) clear();
    }
  };

  static bool pending(const Kept& kept) {
    return kept.entry.outcome.state == RecordingState::kPending;
  }
  static Error not_pending(std::int64_t id) {
    return {"journal", "recording " + std::to_string(id) + " is not pending", ""};
  }
  static void count(const Kept& kept, JournalCounts& counts) {
    switch (kept.entry.outcome.state) {
      case RecordingState::kPending:
        ++counts.pending;
        return;
      case RecordingState::kFailed:
        ++counts.failed;
        return;
      case RecordingState::kDone:
        ++counts.done;
        break;
      case RecordingState::kDoneWithGaps:
        ++counts.done_with_gaps;
        break;
    }
    counts.detections += std::ssize(kept.rows);
    counts.done_us += kept.entry.outcome.duration_us;
  }

  std::map<std::string, std::string> facts_;
  std::map<std::string, std::int64_t> ids_;  // by key
  std::map<std::int64_t, Kept> kept_;        // by id
  std::int64_t run_ = 0;
  std::int64_t next_ordinal_ = 0;
  int flushes_ = 0;
};

}  // namespace rookery
