#include "supervisor/journal/recording_identity.h"

namespace rookery {

bool is_known_file(const JournalEntry& known, const FileIdentity& now) {
  const FileIdentity& then = known.identity;
  const bool same_stand = then.size_bytes == now.size_bytes && then.mtime_ns == now.mtime_ns;
  if (then.content_digest.empty() || now.content_digest.empty()) return same_stand;
  if (then.content_digest != now.content_digest) return false;
  return same_stand || known.outcome.state != RecordingState::kFailed;
}

FileIdentity identity_to_keep(const JournalEntry& known, const FileIdentity& now) {
  FileIdentity kept = now;
  if (kept.content_digest.empty() && is_known_file(known, now)) {
    kept.content_digest = known.identity.content_digest;
  }
  return kept;
}

}  // namespace rookery
