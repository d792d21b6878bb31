// A journal that isn't what was written: how that is told.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"

namespace rookery {

// What helps a damaged journal at `path`: the command that repairs it.
std::string repair_remedy(std::string_view path);

// "PATH is damaged: WHAT", with that remedy.
Error journal_damage(std::string_view path, std::string_view what);

}  // namespace rookery
