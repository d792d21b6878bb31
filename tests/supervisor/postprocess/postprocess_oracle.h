// Post-processing of a whole recording at once on a dense matrix: slow, plain, and written without
// a look at the streaming one, which must agree with it. Rows come sorted as exports show them.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "rookery/detection.h"
#include "rookery/model_card.h"
#include "rookery/run_config.h"
#include "rookery/segment.h"

namespace rookery::testing {

// scores[row][label]; a row is a segment (tags) or a frame of the recording (frames).
using ScoreMatrix = std::vector<std::vector<float>>;

inline constexpr float kNoScore = -std::numeric_limits<float>::infinity();

// A stretch of a recording in samples.
struct Stretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  float score = 0;
};

inline double threshold_of(const ModelCard& card, const PostprocessConfig& config,
                           std::size_t label) {
  const auto own = config.label_thresholds.find(card.labels[label]);
  return own == config.label_thresholds.end() ? config.threshold : own->second;
}

// Joins neighbours whose gap `closes`; expects them in order of their begin.
template <class Closes>
std::vector<Stretch> joined(const std::vector<Stretch>& stretches, Closes closes) {
  std::vector<Stretch> result;
  for (const Stretch& next : stretches) {
    if (result.empty() || !closes(next.begin - result.back().end)) {
      result.push_back(next);
    } else {
      result.back().end = std::max(result.back().end, next.end);
      result.back().score = std::max(result.back().score, next.score);
    }
  }
  return result;
}

inline void append_rows(std::vector<Detection>& rows, const std::vector<Stretch>& stretches,
                        std::size_t label, std::int32_t sample_rate) {
  for (const Stretch& s : stretches) {
    rows.push_back({samples_to_us(s.begin, sample_rate), samples_to_us(s.end, sample_rate),
                    static_cast<std::int32_t>(label), s.score});
  }
}

inline ScoreMatrix smoothed(const ScoreMatrix& scores, int over) {
  ScoreMatrix result = scores;
  const std::ptrdiff_t rows = std::ssize(scores);
  for (std::ptrdiff_t row = 0; row < rows; ++row) {
    for (std::size_t label = 0; label < scores.front().size(); ++label) {
      std::vector<float> around;
      for (std::ptrdiff_t i = row - over / 2; i <= row + over / 2; ++i) {
        if (i >= 0 && i < rows) around.push_back(scores[static_cast<std::size_t>(i)][label]);
      }
      std::sort(around.begin(), around.end());
      result[static_cast<std::size_t>(row)][label] = around[(around.size() - 1) / 2];
    }
  }
  return result;
}

// The labels of one row that are positive and among the top k.
inline std::vector<std::size_t> positive_labels(const ModelCard& card,
                                                const PostprocessConfig& config,
                                                const std::vector<float>& row) {
  std::vector<std::size_t> labels;
  for (std::size_t label = 0; label < row.size(); ++label) {
    if (row[label] >= threshold_of(card, config, label)) labels.push_back(label);
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [&](std::size_t a, std::size_t b) { return row[a] > row[b]; });
  const auto k = static_cast<std::size_t>(config.top_k);
  if (k > 0 && labels.size() > k) labels.resize(k);
  return labels;
}

inline std::vector<Detection> serial_tags(const ModelCard& card, const PostprocessConfig& config,
                                          const std::vector<Segment>& segments,
                                          const ScoreMatrix& raw) {
  const ScoreMatrix scores = smoothed(raw, config.smooth_segments);
  const double gap = config.merge_gap_seconds * card.geometry.sample_rate;
  std::vector<Detection> rows;
  for (std::size_t label = 0; label < card.labels.size(); ++label) {
    std::vector<Stretch> positives;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const auto labels = positive_labels(card, config, scores[i]);
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) continue;
      positives.push_back({segments[i].begin, segments[i].end, scores[i][label]});
    }
    const auto closes = [&](std::int64_t between) {
      return config.merge && static_cast<double>(between) <= gap;
    };
    append_rows(rows, joined(positives, closes), label, card.geometry.sample_rate);
  }
  std::sort(rows.begin(), rows.end(), in_row_order);
  return rows;
}

inline std::vector<Detection> serial_frames(const ModelCard& card, const PostprocessConfig& config,
                                            std::int64_t samples, std::int64_t samples_per_frame,
                                            const ScoreMatrix& scores) {
  const double rate = card.geometry.sample_rate;
  std::vector<Detection> rows;
  for (std::size_t label = 0; label < card.labels.size(); ++label) {
    const double on = threshold_of(card, config, label);
    const double off = config.threshold_off < 0 ? on : std::min(on, config.threshold_off);
    std::vector<Stretch> active_frames;
    bool active = false;
    for (std::size_t t = 0; t < scores.size(); ++t) {
      active = scores[t][label] >= (active ? off : on);
      const std::int64_t begin = static_cast<std::int64_t>(t) * samples_per_frame;
      const std::int64_t end = std::min(begin + samples_per_frame, samples);
      if (active) active_frames.push_back({begin, end, scores[t][label]});
    }
    std::vector<Stretch> found = joined(active_frames, [&](std::int64_t gap) {
      return gap == 0 || static_cast<double>(gap) < config.min_gap_seconds * rate;
    });
    std::erase_if(found, [&](const Stretch& s) {
      return static_cast<double>(s.end - s.begin) < config.min_duration_seconds * rate;
    });
    append_rows(rows, found, label, card.geometry.sample_rate);
  }
  std::sort(rows.begin(), rows.end(), in_row_order);
  return rows;
}

}  // namespace rookery::testing
