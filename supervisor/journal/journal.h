// The journal: which recordings are done, failed or pending, and the detections themselves.
// Interface; sqlite_journal keeps it in the output folder, tests/fakes/memory_journal in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rookery/detection.h"
#include "rookery/recording.h"
#include "rookery/result.h"
#include "rookery/segment_vectors.h"

namespace rookery {

// What names a recording's contents for the question "is it still the same file?".
struct FileIdentity {
  std::int64_t size_bytes = 0;
  std::int64_t mtime_ns = 0;
  std::string content_digest = {};  // SHA-256 as lower-case hexadecimal; "": not asked for

  bool operator==(const FileIdentity&) const = default;
};

enum class RecordingState { kPending, kDone, kDoneWithGaps, kFailed };

// A fault of a recording: why it failed, or a part of it that is missing (times set).
struct RecordingFault {
  std::string stage;
  std::string reason;
  std::optional<std::int64_t> start_us;
  std::optional<std::int64_t> end_us;
  std::string signal = {};  // that ended the worker, e.g. SIGSEGV; "": none did

  bool operator==(const RecordingFault&) const = default;
};

// How a recording ended.
struct RecordingOutcome {
  RecordingState state = RecordingState::kPending;
  std::int64_t duration_us = 0;
  std::vector<RecordingFault> faults;
  std::optional<std::int64_t> origin_us = std::nullopt;  // as RecordingProperties has it

  bool operator==(const RecordingOutcome&) const = default;
};

struct JournalEntry {
  std::int64_t id = 0;  // the journal's own; stable over runs
  std::string key;
  std::string path;
  FileIdentity identity;
  RecordingOutcome outcome;
  std::map<std::int32_t, std::string> checkpoints = {};  // by channel, of a pending recording
  std::int64_t rows = 0;                                 // detections that it has
  std::int64_t attempts = 1;  // how often it was taken up, by a run or anew by reopen()
};

struct JournalCounts {
  std::int64_t pending = 0;
  std::int64_t done = 0;
  std::int64_t done_with_gaps = 0;
  std::int64_t failed = 0;
  std::int64_t detections = 0;
  std::int64_t done_us = 0;  // audio of done recordings

  bool operator==(const JournalCounts&) const = default;
};

// The fact that holds the labels, one a line by index, so that `rookery export` needs no model.
inline constexpr const char* kLabelsFact = "labels";
// The fact that holds the model's sample rate in Hz; it is part of the fingerprint, too.
inline constexpr const char* kSampleRateFact = "card.sample_rate";
// What was listened to, as ResultSettings::channel has it; part of the fingerprint, too.
inline constexpr const char* kChannelFact = "audio.channel";
// The setting `timestamps` of the last run.
inline constexpr const char* kTimestampsFact = "export.timestamps";
// How many numbers a vector of the model has, if it gives any.
inline constexpr const char* kVectorLengthFact = "export.vector_length";

// One writer; not thread-safe. Rows and vectors of a recording become visible to the readers below
// when the recording is finished, all or none. Commits are grouped: what was told is on disk after
// flush(), and only then: before each flush() a checkpoint is due for what has been appended.
class Journal {
 public:
  virtual ~Journal() = default;

  // Facts about the folder as text: fingerprint parts, labels (see supervisor/config/fingerprint).
  // Setting replaces all of them.
  virtual Result<std::map<std::string, std::string>> facts() = 0;
  virtual Status set_facts(const std::map<std::string, std::string>& facts) = 0;

  // Starts a run: recordings that the run names come after those that only earlier runs named, in
  // the order of admit(). Rows of recordings left unfinished without a checkpoint are dropped.
  virtual Status begin_run() = 0;
  // Takes up a recording at its place in input order and returns what is known of it. One whose
  // file is another (recording_identity.h) comes back as pending, its old rows are dropped. A key
  // admitted already in this run with the same path returns nullopt (the same file twice: once);
  // with another path it is an Error (stage "input") naming both. Before begin_run() it is an
  // Error.
  virtual Result<std::optional<JournalEntry>> admit(const Recording& recording,
                                                    const FileIdentity& identity) = 0;
  // Makes a recording pending again, to try a failed one anew: its outcome and rows are dropped.
  virtual Status reopen(std::int64_t id) = 0;
  // Keeps where the work on a pending recording stands, or on one of its channels, in place of the
  // earlier checkpoint: what was appended so far is what goes before it. They become durable
  // together. A finished or reopened recording has none.
  virtual Status checkpoint(std::int64_t id, std::int32_t channel, const std::string& bytes) = 0;
  // Appends detections of a pending recording, in any order. Scores that are not finite and times
  // that no recording has are an Error.
  virtual Status append(std::int64_t id, const std::vector<Detection>& detections) = 0;
  // Appends vectors of a pending recording, those of later times later. A length that is 0 or not
  // that of the earlier ones, values that don't fit the times in number or aren't finite, are an
  // Error.
  virtual Status append_vectors(std::int64_t id, const SegmentVectors& vectors) = 0;
  // Ends a pending recording. kFailed drops its rows; kPending is an Error. So is, like append(),
  // an id that isn't pending: every recording ends once.
  virtual Status finish(std::int64_t id, const RecordingOutcome& outcome) = 0;
  // Makes everything so far durable.
  virtual Status flush() = 0;

  virtual Result<JournalCounts> counts() = 0;
  // Entries in input order; rows of one entry in row order, equal ones as they were appended. The
  // callback returns a Status; an error stops the walk and is returned. It must not change the
  // journal, nor start a walk of the same kind.
  virtual Status for_each_entry(const std::function<Status(const JournalEntry&)>& visit) = 0;
  virtual Status for_each_detection(std::int64_t id,
                                    const std::function<Status(const Detection&)>& visit) = 0;
  // Vectors of a finished recording: none of others. The walk brings them as they were appended.
  virtual Result<VectorShape> vector_shape(std::int64_t id) = 0;
  virtual Status for_each_vectors(std::int64_t id,
                                  const std::function<Status(const SegmentVectors&)>& visit) = 0;
};

}  // namespace rookery
