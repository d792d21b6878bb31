#include "supervisor/spread_models.h"

#include <set>
#include <utility>
#include <vector>

namespace rookery {

std::map<std::int32_t, std::deque<Task>> by_model(std::deque<Task> tasks) {
  std::map<std::int32_t, std::deque<Task>> spread;
  for (Task& task : tasks) {
    std::vector<ModelWork> parts = std::exchange(task.parts, {});
    std::set<std::int32_t> begun;
    for (ModelWork& part : parts) {
      std::deque<Task>& of_model = spread[part.pass.model];
      if (begun.insert(part.pass.model).second) of_model.push_back(task);
      of_model.back().parts.push_back(std::move(part));
    }
  }
  return spread;
}

}  // namespace rookery
