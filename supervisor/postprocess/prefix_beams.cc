#include "supervisor/postprocess/prefix_beams.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace rookery {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_sum(double a, double b) {
  const double high = std::max(a, b);
  if (high == kNever) return kNever;
  return high + std::log1p(std::exp(std::min(a, b) - high));
}

// How many tokens two sequences begin with alike.
std::size_t common_length(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  const auto [end, _] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

// Whether a beam can be one that was kept: a finite probability, reached by times of its tokens.
bool is_sound(const BeamState& beam) {
  // Beams are kept relative to the likeliest; hours of the unlikeliest frames lie within.
  const auto finite = [](double value) { return std::abs(value) < 1e9; };
  const auto log_probability = [&](double value) { return value == kNever || finite(value); };
  return log_probability(beam.blank) && log_probability(beam.token) &&
         finite(log_sum(beam.blank, beam.token)) && finite(beam.likeliest) &&
         std::ranges::equal(beam.times, beam.prefix, {}, &TimedToken::token);
}

}  // namespace

double PrefixBeams::Paths::total() const { return log_sum(blank, token); }

PrefixBeams::PrefixBeams(const CtcSpelling& spelling, std::size_t width, const WordList* words)
    : spelling_(spelling), width_(width), words_(words) {
  beams_[{}] = Paths{0.0, kNever, 0.0, {}};
}

PrefixBeams::Paths& PrefixBeams::paths_of(Beams& beams, const Prefix& prefix) {
  return beams.try_emplace(prefix, Paths{kNever, kNever, kNever, {}}).first->second;
}

void PrefixBeams::offer(Paths& paths, double path, const std::vector<TimedToken>& times) {
  if (path <= paths.likeliest) return;
  paths.likeliest = path;
  paths.times = times;
}

void PrefixBeams::add_frame(std::int64_t frame, std::span<const FrameScore> candidates) {
  const FrameScore silence{frame, spelling_.blank(), 1.0F};
  if (candidates.empty()) candidates = {&silence, 1};
  Beams next;
  for (const auto& [prefix, paths] : beams_) {
    for (const FrameScore& candidate : candidates) extend(next, prefix, paths, candidate);
  }
  if (!next.empty()) prune(next);
}

void PrefixBeams::extend(Beams& next, const Prefix& prefix, const Paths& paths,
                         const FrameScore& candidate) {
  if (candidate.score <= 0) return;
  const double chance = std::log(static_cast<double>(candidate.score));
  if (candidate.label == spelling_.blank()) {
    Paths& same = paths_of(next, prefix);
    same.blank = log_sum(same.blank, paths.total() + chance);
    offer(same, paths.total() + chance, paths.times);
    return;
  }
  const bool repeats = !prefix.empty() && prefix.back() == candidate.label;
  if (repeats && paths.token != kNever) {
    Paths& same = paths_of(next, prefix);
    same.token = log_sum(same.token, paths.token + chance);
    std::vector<TimedToken> times = paths.times;
    times.back().end_frame = candidate.frame + 1;
    times.back().probability = std::max(times.back().probability, candidate.score);
    offer(same, paths.token + chance, times);
  }
  const double before = repeats ? paths.blank : paths.total();
  if (before == kNever || !allowed(prefix, candidate.label)) return;
  Prefix longer = prefix;
  longer.push_back(candidate.label);
  Paths& extended = paths_of(next, longer);
  extended.token = log_sum(extended.token, before + chance);
  std::vector<TimedToken> times = paths.times;
  times.push_back({candidate.label, candidate.frame, candidate.frame + 1, candidate.score});
  offer(extended, before + chance, times);
}

std::string PrefixBeams::open_word(const Prefix& prefix) const {
  auto first = prefix.end();
  while (first != prefix.begin()) {
    --first;
    if (spelling_.ends_word_before(*first)) break;
  }
  std::string word;
  for (; first != prefix.end(); ++first) word += spelling_.text(*first);
  return word;
}

bool PrefixBeams::allowed(const Prefix& prefix, std::int32_t token) const {
  if (words_ == nullptr) return true;
  const std::string word = open_word(prefix);
  const std::string& text = spelling_.text(token);
  if (!spelling_.ends_word_before(token)) return words_->has_beginning(word + text);
  return (word.empty() || words_->contains(word)) && words_->has_beginning(text);
}

void PrefixBeams::prune(Beams& next) {
  std::vector<Beams::const_iterator> ranked;
  ranked.reserve(next.size());
  for (auto beam = next.cbegin(); beam != next.cend(); ++beam) ranked.push_back(beam);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a->second.total() > b->second.total();
  });
  const double best = ranked.front()->second.total();
  for (std::size_t rank = width_; rank < ranked.size(); ++rank) next.erase(ranked[rank]);
  for (auto& [prefix, paths] : next) {  // so that hours of frames do not run out of exponent
    paths.blank -= best;
    paths.token -= best;
    paths.likeliest -= best;
  }
  beams_ = std::move(next);
}

const PrefixBeams::Beams::value_type& PrefixBeams::best() const {
  return *std::max_element(beams_.begin(), beams_.end(), [](const auto& a, const auto& b) {
    return a.second.total() < b.second.total();
  });
}

std::size_t PrefixBeams::settled_tokens() const {
  const Prefix& first = beams_.begin()->first;
  std::size_t common = first.size();
  for (const auto& [prefix, paths] : beams_)
    common = std::min(common, common_length(prefix, first));
  // A word is settled once what ends it is common to all.
  while (common > 0) {
    if (spelling_.ends_word_before(first[--common])) break;
  }
  return common;
}

void PrefixBeams::keep_only_those_beginning_like(const Prefix& best, std::size_t tokens) {
  std::erase_if(beams_, [&](const auto& beam) {
    return beam.first.size() <= tokens || common_length(beam.first, best) < tokens;
  });
}

std::vector<TimedToken> PrefixBeams::take_settled() {
  std::size_t settled = settled_tokens();
  if (const Prefix likeliest = best().first; settled == 0 && likeliest.size() > kMaxOpenTokens) {
    settled = likeliest.size() / 2;
    keep_only_those_beginning_like(likeliest, settled);
  }
  if (settled == 0) return {};
  const auto count = static_cast<std::ptrdiff_t>(settled);
  const std::vector<TimedToken>& times = best().second.times;
  std::vector<TimedToken> taken(times.begin(), times.begin() + count);
  Beams rest;
  for (auto& [prefix, paths] : beams_) {
    paths.times.erase(paths.times.begin(), paths.times.begin() + count);
    rest.emplace(Prefix(prefix.begin() + count, prefix.end()), std::move(paths));
  }
  beams_ = std::move(rest);
  return taken;
}

std::vector<TimedToken> PrefixBeams::finish() {
  const auto is_whole = [this](const Prefix& prefix) {
    const std::string word = open_word(prefix);
    return words_ == nullptr || word.empty() || words_->contains(word);
  };
  if (std::any_of(beams_.begin(), beams_.end(),
                  [&](const auto& beam) { return is_whole(beam.first); })) {
    std::erase_if(beams_, [&](const auto& beam) { return !is_whole(beam.first); });
  }
  return best().second.times;
}

std::vector<BeamState> PrefixBeams::state() const {
  std::vector<BeamState> beams;
  for (const auto& [prefix, paths] : beams_) {
    beams.push_back({prefix, paths.blank, paths.token, paths.likeliest, paths.times});
  }
  return beams;
}

bool PrefixBeams::resume(const std::vector<BeamState>& beams) {
  Beams resumed;
  for (const BeamState& beam : beams) {
    const auto is_known = [this](std::int32_t token) { return spelling_.knows(token); };
    if (!is_sound(beam) || !std::ranges::all_of(beam.prefix, is_known)) return false;
    resumed.emplace(beam.prefix, Paths{beam.blank, beam.token, beam.likeliest, beam.times});
  }
  if (resumed.empty()) return false;
  beams_ = std::move(resumed);
  return true;
}

}  // namespace rookery
