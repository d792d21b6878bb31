#include "worker/json_line.h"

#include <nlohmann/json.hpp>

namespace rookery {

using nlohmann::json;

std::string json_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string json_line(const Error& error) {
  return json_line(json{
      {"error", {{"stage", error.stage}, {"reason", error.reason}, {"remedy", error.remedy}}}});
}

}  // namespace rookery
