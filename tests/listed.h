// A list of inputs that a test gives as text.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "supervisor/inputs/name_list.h"

namespace rookery {

inline ListBytes listed(std::string text) {
  return [text = std::move(text),
          next = std::size_t{0}]() mutable -> std::variant<char, EndOfList, NotYet, Error> {
    if (next == text.size()) return EndOfList{};
    return text[next++];
  };
}

}  // namespace rookery
