#include "worker/torch_failure.h"

#include <new>
#include <string_view>
#include <utility>

#include "worker/torch_error.h"

namespace rookery {
namespace {

// LibTorch throws an error of its own, and TorchScript's interpreter makes a text of either.
bool is_lack_of_memory(const std::exception& exception) {
  const std::string_view text = exception.what();
  return dynamic_cast<const std::bad_alloc*>(&exception) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("bad_alloc") != std::string_view::npos;
}

}  // namespace

Error torch_failure(std::string stage, const std::exception& exception) {
  if (!is_lack_of_memory(exception)) return {std::move(stage), torch_reason(exception), ""};
  return {std::move(stage), "out of memory: " + torch_reason(exception),
          "raise max_worker_memory if this work really needs so much"};
}

}  // namespace rookery
