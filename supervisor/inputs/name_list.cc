#include "supervisor/inputs/name_list.h"

namespace rookery {

std::optional<NameList::Name> NameList::next() {
  Name name;
  for (char byte = 0; stream_.get(byte);) {
    if (byte == separator_) {
      if (!name.bytes.empty()) return name;
    } else if (name.bytes.size() < kMaxLength) {
      name.bytes += byte;
    } else {
      name.cut = true;
    }
  }
  return name.bytes.empty() ? std::nullopt : std::optional(name);
}

}  // namespace rookery
