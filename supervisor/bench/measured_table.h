// results.json of a bench as answers to a search: what it would have found, without a run.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "supervisor/bench/cell_answers.h"
#include "supervisor/bench/statistics.h"
#include "supervisor/bench/tune_order.h"

namespace rookery {

class MeasuredTable : public CellAnswers {
 public:
  // Errors have stage "config". Every cell of the grid must be in the table.
  static Result<MeasuredTable> read(const std::string& path, const Grid& grid);
  MeasuredTable(MeasuredTable&&) = default;

  // The rounds of a cell take turns among the low end of its interval, its median and the high end,
  // so that a search meets noise of the size that was measured.
  Result<CellAnswer> answer(const Cell& cell, std::int32_t round) override;

  std::map<std::string, std::string> host() const override { return host_; }
  std::map<std::string, std::string> versions() const override { return versions_; }

  // The median of a cell; nullopt if the cell was not measured, or failed or took too long later.
  std::optional<double> median(const std::string& cell, const std::string& metric) const;
  // On the host of the table.
  bool oversubscribed(const std::string& cell) const { return rows_.at(cell).oversubscribed; }

 private:
  struct Row {
    std::map<std::string, Estimate> metrics;
    bool oversubscribed = false;
    std::string state;
    std::string why;
  };

  MeasuredTable() = default;
  // Throws nlohmann's exceptions for what is no document of a bench.
  void fill(const std::string& document);

  std::map<std::string, Row> rows_;  // by the cell's id
  std::map<std::string, std::string> host_;
  std::map<std::string, std::string> versions_;
};

// The best cell of a whole table, by the first goal, among those that keep the limit.
struct SweepBest {
  const Cell* cell = nullptr;
  double value = 0;
};
std::optional<SweepBest> best_of(const MeasuredTable& table, const Grid& grid,
                                 const TuneOrder& order);

}  // namespace rookery
