// The arguments of a trace event, as the JSON object that the file will hold.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "supervisor/exports/row_text.h"

namespace rookery {

class TraceArgs {
 public:
  TraceArgs& number(std::string_view name, std::int64_t value) {
    return add(name, fmt::to_string(value));
  }
  TraceArgs& text(std::string_view name, std::string_view value) {
    return add(name, json_string(value));
  }
  std::string object() const { return "{" + members_ + "}"; }

 private:
  // Names are ours and need no escapes.
  TraceArgs& add(std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(members_), "{}\"{}\":{}", members_.empty() ? "" : ",", name,
                   value);
    return *this;
  }

  std::string members_;
};

}  // namespace rookery
