// Who tells a search what a cell gives: runs that are made now, or a table of earlier ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "rookery/result.h"
#include "supervisor/bench/cells.h"
#include "supervisor/bench/metrics.h"

namespace rookery {

struct CellAnswer {
  Metrics metrics;
  std::string failed;         // why there are no metrics
  bool stop = false;          // there is no time for more
  std::optional<int> signal;  // SIGINT or SIGTERM came: likewise
};

class SignalSource;

class CellAnswers {
 public:
  CellAnswers() = default;
  CellAnswers(CellAnswers&&) = default;
  CellAnswers& operator=(CellAnswers&&) = delete;
  virtual ~CellAnswers() = default;

  // One run of a cell, its `round`th from 0. An Error ends the search.
  virtual Result<CellAnswer> answer(const Cell& cell, std::int32_t round) = 0;

  virtual std::map<std::string, std::string> host() const = 0;
  virtual std::map<std::string, std::string> versions() const = 0;
  // Where SIGINT and SIGTERM come in while a search waits; nullptr: they end the process.
  virtual SignalSource* signals() { return nullptr; }
  // By earlier sessions of the same search.
  virtual double seconds_before() const { return 0; }
  virtual std::int64_t runs_set_aside() const { return 0; }
};

}  // namespace rookery
