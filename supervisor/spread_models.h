// Tasks of several models taken apart, so that a worker has one model at a time (spread_models).
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "rookery/task.h"

namespace rookery {

// By model, in their order, tasks of its parts alone; of a model that has channels' passes, all of
// them. Every part is in one of them. Pure.
std::map<std::int32_t, std::deque<Task>> by_model(std::deque<Task> tasks);

}  // namespace rookery
