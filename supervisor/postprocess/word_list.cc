#include "supervisor/postprocess/word_list.h"

#include <algorithm>

namespace rookery {

WordList::WordList(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) words_.emplace_back(line);
  }
  std::sort(words_.begin(), words_.end());
  words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
}

bool WordList::contains(std::string_view word) const {
  return std::binary_search(words_.begin(), words_.end(), word);
}

bool WordList::has_beginning(std::string_view text) const {
  const auto at = std::lower_bound(words_.begin(), words_.end(), text);
  return at != words_.end() && at->starts_with(text);
}

std::string WordList::text() const {
  std::string text;
  for (const std::string& word : words_) text += word + '\n';
  return text;
}

}  // namespace rookery
