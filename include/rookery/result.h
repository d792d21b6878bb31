// Errors as values. Everything that can go wrong at an edge (files, processes, sockets, models)
// comes back as a Result; exceptions are for bugs.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace rookery {

// What went wrong, in words for the person who runs the job.
// `stage` is one lower-case word of the data's way ("input", "probe", "decode", "front end",
// "forward", "config", "model", "journal", "export" ...), `reason` says what, where and which
// value, `remedy` what to do about it (may be empty).
struct Error {
  std::string stage;
  std::string reason;
  std::string remedy;

  bool operator==(const Error&) const = default;
};

// "stage: reason (remedy)", one line.
inline std::string to_string(const Error& error) {
  std::string text = error.stage + ": " + error.reason;
  if (!error.remedy.empty()) text += " (" + error.remedy + ")";
  return text;
}

// A value of type T or the Error that prevented it. Accessing the wrong side is a bug and throws
// std::logic_error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return require_value(), std::get<0>(state_); }
  const T& value() const& { return require_value(), std::get<0>(state_); }
  T&& value() && { return require_value(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    if (ok()) throw std::logic_error("Result::error() on a value");
    return std::get<1>(state_);
  }

 private:
  void require_value() const {
    if (!ok()) throw std::logic_error("Result::value() on an error: " + to_string(error()));
  }

  std::variant<T, Error> state_;
};

// Success without a value.
struct Done {
  bool operator==(const Done&) const = default;
};
using Status = Result<Done>;

}  // namespace rookery
