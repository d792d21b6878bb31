// The words that a decoder may give.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rookery {

// Immutable, so thread-safe.
class WordList {
 public:
  // One word a line, as the model spells them; empty lines are skipped.
  explicit WordList(std::string_view text);

  bool contains(std::string_view word) const;
  bool has_beginning(std::string_view text) const;  // whether some word begins so
  bool empty() const { return words_.empty(); }
  // All words, sorted, one a line: what decides the results.
  std::string text() const;

 private:
  std::vector<std::string> words_;  // sorted
};

}  // namespace rookery
