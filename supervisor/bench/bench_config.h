// What `rookery bench` is asked: which settings are compared, on what, how often. The keys of the
// file are explained in docs/bench.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// One value of a run-config key.
struct KeyValue {
  std::string text;  // as people read it, and as it stands in results.json
  std::string yaml;  // as set_key() takes it; empty: the key is not set at all

  bool operator==(const KeyValue&) const = default;
};

// A run-config key by its dotted name, and what it is set to.
struct Setting {
  std::string key;
  KeyValue value;

  bool operator==(const Setting&) const = default;
};

// A key and the values that are compared.
struct VariedKey {
  std::string key;
  std::vector<KeyValue> values;
};

// Cells in which every named key has one of the values, by their text.
using CellPattern = std::map<std::string, std::vector<std::string>>;

struct PublishedClaim {
  std::string source;
  std::string claim;
};

// What the report is to draw.
struct FigureOrder {
  std::map<std::string, std::string> words;  // kind, title, x, y, series
  std::map<std::string, std::string> where;
  std::vector<std::int32_t> published;  // numbers of the claims that stand beside it, from 1
};

// Audio made from a seed.
struct GeneratedAudio {
  std::int32_t count = 1;
  double minutes = 1;
  std::int32_t sample_rate = 16'000;
  std::int32_t channels = 1;
  std::int32_t seed = 1;
  // Above 0: as long as so many full batches of a cell's model at least, at the model's own rate.
  std::int32_t batches = 0;

  bool operator==(const GeneratedAudio&) const = default;
};

struct BenchConfig {
  std::string title;
  std::string question;
  std::vector<PublishedClaim> published;
  std::vector<std::string> recordings;
  std::optional<GeneratedAudio> generated;  // this or recordings
  std::vector<Setting> run;                 // of all cells; `model` is one of them
  std::vector<VariedKey> matrix;            // every combination
  std::vector<VariedKey> vary;              // one key at a time around the baseline
  std::vector<CellPattern> exclude;
  std::map<std::string, std::string> baseline;  // keys that are not named: their first value
  std::int32_t repeats = 5;
  std::int32_t vary_repeats = 0;  // of vary's cells and the baseline; repeats, if that is more
  std::int32_t warm_up_rounds = 1;
  std::int32_t max_repeats = 9;
  bool cold_cache = false;
  double max_spread = 0.1;      // width of the interval of the median, as a share of the median
  double min_host_pace = 0.85;  // as a share of the host's fastest; QuietHost has what for
  std::chrono::seconds time_budget{1200};
  std::chrono::seconds max_cell_time{120};
  std::int32_t seed = 1;  // of the rounds' orders
  std::vector<FigureOrder> figures;
};

// Reads a config. `where`, a file's name, stands in front of errors, which have stage "config". Run
// keys and their values are not looked at yet: check_cells() does it.
Result<BenchConfig> parse_bench_config(const std::string& text, const std::string& where);
Result<BenchConfig> read_bench_config(const std::string& path);

}  // namespace rookery
