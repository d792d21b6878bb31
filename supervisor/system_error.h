// errno as an Error for the person who runs the job.
#pragma once

#include <string_view>

#include "rookery/result.h"

namespace rookery {

// "PATH can't be WHAT: No space left on device", with a remedy where there is one for `code`.
// `what` is a participle: "written", "opened".
Error system_error(std::string_view stage, std::string_view path, std::string_view what, int code);

}  // namespace rookery
