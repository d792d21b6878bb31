// Names from a list, one by one: standard input, separated by newlines or NUL bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "rookery/result.h"

namespace rookery {

// What was asked for has not come yet: ask again.
struct NotYet {};
struct EndOfList {};

// The next byte of a list, or why it cannot be read (stage "input"), after which nothing is asked.
using ListBytes = std::function<std::variant<char, EndOfList, NotYet, Error>()>;
// Waits for nothing, unless another process takes from the same pipe.
ListBytes bytes_of_descriptor(int fd);

class NameList {
 public:
  // Longer than any path that could be opened; what is longer is cut, so that memory stays bounded.
  static constexpr std::size_t kMaxLength = 65536;

  struct Name {
    std::string bytes;  // not empty
    bool cut = false;
  };

  NameList(ListBytes bytes, char separator) : bytes_(std::move(bytes)), separator_(separator) {}
  // Skips empty names. Fails as the bytes do; a name that was begun is lost then, but not by
  // NotYet.
  std::variant<Name, EndOfList, NotYet, Error> next();

 private:
  void add(char byte);

  ListBytes bytes_;
  char separator_;
  Name name_;  // as far as it has come
};

}  // namespace rookery
