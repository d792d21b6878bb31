#include "supervisor/inputs/name_list.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

namespace rookery {
namespace {

class DescriptorBytes {
 public:
  explicit DescriptorBytes(int fd) : fd_(fd) {}

  std::variant<char, EndOfList, NotYet> next() {
    if (begin_ == end_ && !ended_ && !fill()) return NotYet{};
    if (ended_) return EndOfList{};
    return bytes_[begin_++];
  }

 private:
  // False: nothing has come.
  bool fill() {
    pollfd polled{fd_, POLLIN, 0};
    if (::poll(&polled, 1, 0) <= 0) return false;
    const ssize_t count = ::read(fd_, bytes_.data(), bytes_.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return false;
    ended_ = count <= 0;
    begin_ = 0;
    end_ = ended_ ? 0 : static_cast<std::size_t>(count);
    return true;
  }

  int fd_;
  std::array<char, 4096> bytes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

}  // namespace

ListBytes bytes_of(std::istream& stream) {
  return [&stream]() -> std::variant<char, EndOfList, NotYet> {
    char byte = 0;
    if (stream.get(byte)) return byte;
    return EndOfList{};
  };
}

ListBytes bytes_of_descriptor(int fd) {
  return [bytes = std::make_shared<DescriptorBytes>(fd)] { return bytes->next(); };
}

std::variant<NameList::Name, EndOfList, NotYet> NameList::next() {
  while (true) {
    const auto next = bytes_();
    if (std::holds_alternative<NotYet>(next)) return NotYet{};
    const char* byte = std::get_if<char>(&next);
    if (byte != nullptr && *byte != separator_) {
      add(*byte);
    } else if (!name_.bytes.empty()) {
      return std::exchange(name_, {});
    } else if (byte == nullptr) {
      return EndOfList{};
    }
  }
}

void NameList::add(char byte) {
  if (name_.bytes.size() < kMaxLength) {
    name_.bytes += byte;
  } else {
    name_.cut = true;
  }
}

}  // namespace rookery
