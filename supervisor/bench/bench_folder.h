// Where a bench keeps things. docs/bench.md explains them.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "supervisor/output_folder.h"

namespace rookery {

class BenchFolder {
 public:
  // Makes it with its parents, or takes up one that a bench made; a folder of anything else is
  // refused. Held, as output folders are, while this lives.
  static std::variant<BenchFolder, OutputFolderRefusal> open(const std::string& path);

  std::string runs_file() const { return path_ + "/runs.jsonl"; }
  std::string results_json() const { return path_ + "/results.json"; }
  std::string results_csv() const { return path_ + "/results.csv"; }
  std::string inputs() const { return path_ + "/inputs"; }
  std::string outputs() const { return path_ + "/outputs"; }
  std::string run_folder() const { return path_ + "/run"; }  // of the run under way

 private:
  BenchFolder(std::string path, OutputFolder held)
      : path_(std::move(path)), held_(std::move(held)) {}

  std::string path_;
  OutputFolder held_;
};

}  // namespace rookery
