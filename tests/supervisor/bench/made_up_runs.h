// Recorded runs that are made up, and what a bench of them comes to.
#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/bench/answer.h"
#include "supervisor/bench/bench_results.h"
#include "supervisor/exports/npy_array.h"

namespace rookery {

inline constexpr int kCores = 2;
inline constexpr int kRounds = 5;

inline Grid workers_grid() {
  Grid grid;
  grid.keys = {{"workers", {{"1", "1"}, {"2", "2"}}}};
  for (const std::string workers : {"1", "2"}) {
    grid.cells.push_back(
        {fmt::format("workers={}", workers), {{"workers", {workers, workers}}}, false});
  }
  return grid;
}

inline RunRecord run_of(const Grid& grid, std::size_t cell, int round, double wall) {
  RunRecord record;
  record.cell = grid.cells[cell].id;
  record.round = round;
  record.metrics = {{"wall_seconds", wall},
                    {"x_real_time", 100 / wall},
                    {"peak_pss_bytes", 1e8 * (1 + static_cast<double>(cell))}};
  record.memory = {{wall, 1, 1, std::nullopt}};
  record.output_digest = std::string("d");
  return record;
}

// What a bench of these runs comes to.
struct Measured {
  Grid grid = workers_grid();
  std::vector<RunRecord> records = {};
  std::map<std::string, KeptOutput> kept = {{"d", {}}, {"other", {}}};

  BenchResults results() const {
    ScheduleSettings settings;
    settings.cells = grid.cells.size();
    settings.warm_up_rounds = 0;
    settings.max_repeats = kRounds;
    Schedule schedule(settings);
    for (const RunRecord& record : records) {
      schedule.ended(
          {{record.phase, record.round, *grid.find(record.cell)},
           record.ending,
           record.metrics.contains("wall_seconds") ? record.metrics.at("wall_seconds") : 0,
           record.why});
    }
    BenchResults results;
    results.grid = grid;
    results.cells = cell_results(grid, records, schedule);
    std::vector<std::vector<std::string>> digests;
    for (const CellResult& cell : results.cells) digests.push_back(cell.digests);
    results.groups = compare_outputs(grid, digests,
                                     [this](const std::string& digest) { return kept.at(digest); });
    results.answer = plain_answer(results, kCores, kCores);
    return results;
  }
};

// The host gets slower from round to round, by far more than the cells differ.
inline Measured on_a_drifting_host(double ratio) {
  Measured measured;
  for (int round = 0; round < kRounds; ++round) {
    const double drift = 1 + round;
    measured.records.push_back(run_of(measured.grid, 0, round, drift));
    measured.records.push_back(run_of(measured.grid, 1, round, drift / ratio));
  }
  return measured;
}

// Cells that differ in a key that shapes results; every run of the second gives `vector`.
inline Measured of_two_batches(const std::vector<float>& vector) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.keys = {{"batch.size", {{"1", "1"}, {"2", "2"}}}};
  for (const std::size_t cell : {0U, 1U}) measured.grid.cells[cell].settings[0].key = "batch.size";
  for (RunRecord& record : measured.records) {
    if (record.cell == measured.grid.cells[1].id) record.output_digest = "other";
  }
  const std::string header = npy_header("<f4", {1, 2});
  measured.kept["d"].arrays["a.npy"] = header + std::string(npy_bytes(std::vector<float>{1, 0}));
  measured.kept["other"].arrays["a.npy"] = header + std::string(npy_bytes(vector));
  return measured;
}

}  // namespace rookery
