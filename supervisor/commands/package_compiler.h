// Compiles a model into a package, by PyTorch's compiler and the host's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

struct CompileOrder {
  std::string model_file;                  // TorchScript
  std::string folder;                      // to write, named *.pt2
  std::vector<std::int64_t> row_shape;     // of the model's input
  std::optional<std::int64_t> row_length;  // of a row without padding, if the model takes lengths
  std::optional<std::int32_t> vocabulary;  // of the tokens that are its input; none: floats
  bool carries_state = false;
  int batch_rows = 0;  // 0: any number; 1 for a model that carries state
  bool bfloat16 = false;
};

// Runs tools/export_package.py. Error stage "config" if this host lacks Python, PyTorch or a
// compiler; "model" for what PyTorch cannot convert.
Status compile_package(const CompileOrder& order);

}  // namespace rookery
