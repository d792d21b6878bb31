// Names from a list, one by one: standard input, separated by newlines or NUL bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <utility>
#include <variant>

namespace rookery {

// What was asked for has not come yet: ask again.
struct NotYet {};
struct EndOfList {};

// The next byte of a list.
using ListBytes = std::function<std::variant<char, EndOfList, NotYet>()>;
// Waits for what has not come.
ListBytes bytes_of(std::istream& stream);
// Never waits, whatever the descriptor is of; what cannot be read is the end.
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
  // Skips empty names. Waits as the bytes do.
  std::variant<Name, EndOfList, NotYet> next();

 private:
  void add(char byte);

  ListBytes bytes_;
  char separator_;
  Name name_;  // as far as it has come
};

}  // namespace rookery
