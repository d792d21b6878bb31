#include "supervisor/host/oom_kills.h"

#include <fstream>
#include <string>

namespace rookery {
namespace {

// A large process takes a while to end.
constexpr std::chrono::seconds kLongestDying{10};
constexpr std::chrono::seconds kInterval{1};
// In thousandths of all memory.
constexpr int kOffer = 500;

const char* file_name(const ControlGroup& group) {
  return group.version == 2 ? "memory.events" : "memory.oom_control";
}

// The number after a word of a file of words and numbers.
std::optional<std::int64_t> number_after(const std::filesystem::path& path,
                                         const std::string& wanted) {
  std::ifstream file(path);
  std::string word;
  std::int64_t number = 0;
  while (file >> word >> number) {
    if (word == wanted) return number;
  }
  return std::nullopt;
}

}  // namespace

OomKills::OomKills(const HostFiles& files) {
  for (const ControlGroup& group : control_groups(files, "memory")) {
    file_ = group.folder / file_name(group);
    if (const auto kills = count()) {
      seen_ = *kills;
      return;
    }
  }
  file_.clear();
}

std::optional<std::int64_t> OomKills::count() const { return number_after(file_, "oom_kill"); }

void OomKills::tick(TimePoint now) {
  if (now - looked_at_ >= kInterval) look(now);
}

void OomKills::look(TimePoint now) {
  looked_at_ = now;
  if (now - risen_at_ > kLongestDying) unexplained_ = 0;
  const std::int64_t kills = file_.empty() ? seen_ : count().value_or(seen_);
  if (kills <= seen_) return;
  unexplained_ += kills - seen_;
  seen_ = kills;
  risen_at_ = now;
}

bool OomKills::explains_death(TimePoint now) {
  look(now);
  if (unexplained_ == 0) return false;
  --unexplained_;
  return true;
}

void offer_to_oom_killer(pid_t pid, const HostFiles& files) {
  std::ofstream(files.proc / std::to_string(pid) / "oom_score_adj") << kOffer;
}

}  // namespace rookery
