// What subtitle formats have in common: rows become cues, times are written to the millisecond.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "supervisor/exports/cues.h"
#include "supervisor/exports/per_recording_writer.h"

namespace rookery {

// Words are gathered into cues; any other row is a cue of its own, its label the text.
class CueText : public RecordingContents {
 public:
  Status begin(const JournalEntry& entry, AtomicFile& file) final;
  Status add(const Detection& detection, const std::string& label, AtomicFile& file) final;
  Status end(AtomicFile& file) final;

 protected:
  virtual std::string head() const = 0;
  // `number` counts the recording's cues from 1.
  virtual std::string cue_text(std::int64_t number, const Cue& cue) const = 0;

 private:
  std::string next(const std::optional<Cue>& cue);

  CueBuilder words_;
  std::int64_t cues_ = 0;
};

// "00:00:01,500 --> 00:00:03,000" with the given decimal separator. Rounded, and never without
// length, since the formats have no such cues.
std::string cue_times(const Cue& cue, std::string_view separator);

}  // namespace rookery
