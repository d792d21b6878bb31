// What the journal keeps of its rows to tell later whether they are still those that were written:
// SQLite notices a damaged page only where its structure is hurt, and not a missing log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rookery/detection.h"
#include "supervisor/journal/journal.h"
#include "supervisor/journal/vector_files.h"

namespace rookery {

// What the rows of one recording add up to, in whatever order they come: how many detections, and
// the sum modulo 2^64 of the CRC-32 of each detection and each place of vectors.
struct RowTally {
  std::int64_t detections = 0;
  std::uint64_t checksum = 0;

  // `serial` keeps equal rows apart, see journal_schema.
  void add(const Detection& detection, std::int64_t serial);
  void add(const VectorPlace& place);
  bool operator==(const RowTally&) const = default;
};

// CRC-32 of what a recording is called and how it ended.
std::int64_t checksum_of(std::string_view key, const RecordingOutcome& outcome);
// CRC-32 of a fact.
std::int64_t checksum_of(std::string_view name, std::string_view value);
// CRC-32 of a checkpoint of a channel.
std::int64_t checksum_of(std::int32_t channel, std::string_view bytes);
// CRC-32 of vectors as they lie in their file.
std::int64_t checksum_of(const SegmentVectors& vectors);

}  // namespace rookery
