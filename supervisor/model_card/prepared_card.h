// The card of a prepared model: the original's, and what was done.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// What the card records under `prepared`; speeds in milliseconds a segment.
struct PreparedFacts {
  std::string original_file;
  std::string original_digest;
  std::string format;     // torchscript or aoti
  std::string precision;  // fp32 or bf16: what is in force
  std::vector<std::string> steps;
  std::vector<std::pair<std::string, std::string>> left_out;  // step, reason
  double before_ms = 0;
  double after_ms = 0;
  double largest_difference = 0;
  std::string probe;
  int batch_size = 0;
  std::string torch_version;
  std::string cpu_capability;
};

// The text of a card like the one in `directory`, with model and labels under these names. Comments
// are not kept. Error stage "model".
struct PreparedCard {
  std::string model_file;
  std::string labels_file;
  double tolerance = 0;
  int batch_rows = 0;  // 0: as the original says
  PreparedFacts facts;
};
Result<std::string> prepared_card_text(const std::string& directory, const PreparedCard& prepared);

}  // namespace rookery
