// What LibTorch throws, in one line.
#pragma once

#include <exception>
#include <string>

namespace rookery {

// The sentence that names the cause: without C++ backtrace, without TorchScript's traceback.
std::string torch_reason(const std::exception& exception);

}  // namespace rookery
