// Makes RapidCheck generators from lists of members and enumerators: members(T*), enumerators(T*).
#pragma once

#include <rapidcheck.h>

#include <optional>
#include <tuple>
#include <utility>

#include "ipc/fields.h"

namespace rookery {

template <class T>
concept ListsMembers = requires(T* type) {
  members(type);
};
template <class T>
concept ListsEnumerators = requires(T* type) {
  enumerators(type);
};

}  // namespace rookery

namespace rc {

template <rookery::ListsMembers T>
struct Arbitrary<T> {
  static Gen<T> arbitrary() {
    const auto build = [](auto... member) -> Gen<T> {
      static_assert(!rookery::fields_detail::takes_values<T>(
                        std::make_index_sequence<sizeof...(member) + 1>{}),
                    "a member is missing in members(T*)");
      if constexpr (sizeof...(member) == 0) {
        return gen::just(T{});
      } else {
        return gen::build<T>(gen::set(member)...);
      }
    };
    return std::apply(build, members(static_cast<T*>(nullptr)));
  }
};

template <rookery::ListsEnumerators T>
struct Arbitrary<T> {
  static Gen<T> arbitrary() { return gen::elementOf(enumerators(static_cast<T*>(nullptr))); }
};

template <class T>
struct Arbitrary<std::optional<T>> {
  static Gen<std::optional<T>> arbitrary() {
    using Optional = std::optional<T>;
    return gen::oneOf(gen::just(Optional()), gen::cast<Optional>(gen::arbitrary<T>()));
  }
};

}  // namespace rc
