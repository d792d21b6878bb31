#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/per_recording_writer.h"
#include "supervisor/exports/row_text.h"

namespace rookery {
namespace {

struct Interval {
  std::int64_t start_us = 0;
  std::int64_t end_us = 0;
  std::string text;
};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char byte : text) {
    result += byte;
    if (byte == '"') result += '"';
  }
  return result + "\"";
}

// Touch or leave gaps, but never overlap.
using Tier = std::vector<Interval>;

// Gaps filled with empty intervals, since those of a tier must cover it.
Tier without_gaps(const Tier& tier, std::int64_t end_us) {
  Tier covering;
  std::int64_t covered_us = 0;
  for (const Interval& interval : tier) {
    if (interval.start_us > covered_us) covering.push_back({covered_us, interval.start_us, ""});
    covering.push_back(interval);
    covered_us = interval.end_us;
  }
  if (covered_us < end_us) covering.push_back({covered_us, end_us, ""});
  return covering;
}

std::string limits_text(std::string_view indent, std::int64_t start_us, std::int64_t end_us) {
  return fmt::format("{0}xmin = {1}\n{0}xmax = {2}\n", indent, seconds_text(start_us),
                     seconds_text(end_us));
}

std::string tier_text(std::size_t number, const std::string& name, const Tier& intervals,
                      std::int64_t end_us) {
  std::string text =
      fmt::format("    item [{}]:\n        class = \"IntervalTier\"\n        name = {}\n", number,
                  quoted(name));
  text += limits_text("        ", 0, end_us);
  text += fmt::format("        intervals: size = {}\n", intervals.size());
  std::size_t count = 0;
  for (const Interval& interval : intervals) {
    text += fmt::format("        intervals [{}]:\n", ++count);
    text += limits_text("            ", interval.start_us, interval.end_us);
    text += fmt::format("            text = {}\n", quoted(interval.text));
  }
  return text;
}

// Praat's long text format. The rows of one recording are held in memory: the format wants tiers
// one after the other, and their sizes first.
class TextGrid final : public RecordingContents {
 public:
  Status begin(const JournalEntry& entry, AtomicFile& /*file*/) override {
    tiers_.clear();
    end_us_ = std::max<std::int64_t>(entry.outcome.duration_us, 1);
    return Done{};
  }

  Status add(const Detection& detection, const std::string& label, AtomicFile& /*file*/) override {
    if (detection.end_us <= detection.start_us) return Done{};  // no interval
    const std::string text = one_line(label);
    tier_at(detection.start_us, tiers_[detection.text.empty() ? text : "words"])
        .push_back({detection.start_us, detection.end_us, text});
    end_us_ = std::max(end_us_, detection.end_us);
    return Done{};
  }

  Status end(AtomicFile& file) override {
    if (tiers_.empty()) tiers_["detections"] = {{}};  // Praat opens no grid without tiers
    std::string items;
    std::size_t count = 0;
    for (const auto& [name, tiers] : tiers_) {
      for (std::size_t at = 0; at < tiers.size(); ++at) {
        items += tier_text(++count, at == 0 ? name : fmt::format("{} ({})", name, at + 1),
                           without_gaps(tiers[at], end_us_), end_us_);
      }
    }
    return file.write("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n" +
                      limits_text("", 0, end_us_) +
                      fmt::format("tiers? <exists>\nsize = {}\nitem []:\n", count) + items);
  }

 private:
  // The first tier with room at `start_us`; rows that overlap need several.
  static Tier& tier_at(std::int64_t start_us, std::vector<Tier>& tiers) {
    const auto free = std::find_if(tiers.begin(), tiers.end(), [start_us](const Tier& tier) {
      return tier.back().end_us <= start_us;
    });
    return free == tiers.end() ? tiers.emplace_back() : *free;
  }

  std::map<std::string, std::vector<Tier>> tiers_;  // by name
  std::int64_t end_us_ = 0;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_textgrid(const std::string& out_folder,
                                                      const ExportSettings& /*settings*/) {
  return create_per_recording<TextGrid>(out_folder, ".TextGrid");
}

}  // namespace rookery
