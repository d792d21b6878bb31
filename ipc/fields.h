// How a struct says what of it is encoded: one table of fields, read by the writer and the reader
// alike.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace rookery {

template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::*member;
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::*member) {
  return {name, member};
}

// A std::tuple of Field for each struct that is encoded, in the order of the bytes.
template <class Struct>
inline constexpr auto kFields = nullptr;

// A message's name in logs and errors.
template <class Message>
inline constexpr std::string_view kMessageName{};

// The last enumerator of each enum that is encoded; all of them count from 0 without gaps.
template <class Enum>
inline constexpr Enum kLastEnumerator = Enum{};

template <class Struct>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(kFields<Struct>)>;

namespace fields_detail {

struct Anything {
  template <class T>
  operator T() const;
};

template <class Struct, std::size_t... kIndex>
constexpr bool takes_values(std::index_sequence<kIndex...>) {
  return requires { Struct{(static_cast<void>(kIndex), Anything{})...}; };
}

}  // namespace fields_detail

// False if the struct has members that its table does not list: the compiler would take one more
// value.
template <class Struct>
inline constexpr bool kListsAllMembers =
    !fields_detail::takes_values<Struct>(std::make_index_sequence<kFieldCount<Struct> + 1>{});

}  // namespace rookery
