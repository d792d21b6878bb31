#include "supervisor/inputs/name_list.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace rookery {
namespace {

class DescriptorBytes {
 public:
  explicit DescriptorBytes(int fd) : fd_(fd) {}

  std::variant<char, EndOfList, NotYet, Error> next() {
    if (begin_ == end_) {
      pollfd polled{fd_, POLLIN, 0};
      if (::poll(&polled, 1, 0) <= 0) return NotYet{};
      const ssize_t count = ::read(fd_, bytes_.data(), bytes_.size());
      if (count == 0) return EndOfList{};
      if (count < 0) return after_failure(errno);
      begin_ = 0;
      end_ = static_cast<std::size_t>(count);
    }
    return bytes_[begin_++];
  }

 private:
  static std::variant<char, EndOfList, NotYet, Error> after_failure(int code) {
    if (code == EINTR || code == EAGAIN) return NotYet{};
    return Error{"input",
                 "standard input can't be read on: " + std::system_category().message(code),
                 "names behind it were not taken; give the list again"};
  }

  int fd_;
  std::array<char, 4096> bytes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

ListBytes bytes_of_descriptor(int fd) {
  return [bytes = std::make_shared<DescriptorBytes>(fd)] { return bytes->next(); };
}

std::variant<NameList::Name, EndOfList, NotYet, Error> NameList::next() {
  while (true) {
    const auto next = bytes_();
    if (std::holds_alternative<NotYet>(next)) return NotYet{};
    if (const auto* error = std::get_if<Error>(&next)) return *error;
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
