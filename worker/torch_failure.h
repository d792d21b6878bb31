// What LibTorch throws while a task is worked on, as an error.
#pragma once

#include <exception>
#include <string>

#include "rookery/result.h"

namespace rookery {

// torch_reason() as an error of this stage; lack of memory is called so, and has a remedy.
Error torch_failure(std::string stage, const std::exception& exception);

}  // namespace rookery
