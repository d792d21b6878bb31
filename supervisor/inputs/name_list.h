// Names from a list, one by one: standard input, separated by newlines or NUL bytes.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

namespace rookery {

class NameList {
 public:
  // Longer than any path that could be opened; what is longer is cut, so that memory stays bounded.
  static constexpr std::size_t kMaxLength = 65536;

  struct Name {
    std::string bytes;  // not empty
    bool cut = false;
  };

  NameList(std::istream& stream, char separator) : stream_(stream), separator_(separator) {}
  // Skips empty names. Blocks as the stream does. nullopt: the end.
  std::optional<Name> next();

 private:
  std::istream& stream_;
  char separator_;
};

}  // namespace rookery
