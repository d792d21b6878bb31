// Settings that mean the same whatever folder a program is started in.
#pragma once

#include <vector>

#include "supervisor/bench/bench_config.h"

namespace rookery {

// Values of keys that take paths, made absolute from the current folder; all else as it was. Only
// what is set changes (KeyValue::yaml): texts, by which people and cells' ids know values, stay.
std::vector<Setting> with_absolute_paths(std::vector<Setting> settings);

}  // namespace rookery
