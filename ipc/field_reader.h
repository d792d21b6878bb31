// msgpack → structs, by their tables of fields, strictly. For codec and struct_bytes.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <msgpack.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ipc/fields.h"
#include "rookery/scores.h"

namespace rookery {

// What is wrong and where, e.g. {".segments[3].scores", "wanted an array, got a string"}.
struct DecodeProblem {
  std::string path;
  std::string what;

  DecodeProblem under(const std::string& parent) && { return {parent + path, std::move(what)}; }
};

// nullopt: well read.
using DecodeOutcome = std::optional<DecodeProblem>;

// Unpacks `bytes`, one value and nothing behind it, and hands it to `read`. Memory stays in
// proportion to bytes.size(), whatever sizes the bytes claim.
DecodeOutcome unpack(std::string_view bytes,
                     const std::function<DecodeOutcome(const msgpack::object&)>& read);

DecodeProblem wrong_type(const char* wanted, const msgpack::object& got);
DecodeProblem wrong_count(std::size_t wanted, std::size_t got);
DecodeProblem out_of_range(const std::string& got, std::int64_t lowest, std::int64_t highest);

DecodeOutcome read_integer(const msgpack::object& from, std::int64_t lowest, std::int64_t highest,
                           std::int64_t& to);
DecodeOutcome read_value(const msgpack::object& from, bool& to);
DecodeOutcome read_value(const msgpack::object& from, float& to);
DecodeOutcome read_value(const msgpack::object& from, double& to);
DecodeOutcome read_value(const msgpack::object& from, std::string& to);
DecodeOutcome read_value(const msgpack::object& from, SegmentScores& to);

template <class Integer>
requires(std::signed_integral<Integer>) DecodeOutcome
    read_value(const msgpack::object& from, Integer& to) {
  std::int64_t value = 0;
  auto problem = read_integer(from, std::numeric_limits<Integer>::min(),
                              std::numeric_limits<Integer>::max(), value);
  if (!problem) to = static_cast<Integer>(value);
  return problem;
}

template <class Enum>
requires std::is_enum_v<Enum> DecodeOutcome read_value(const msgpack::object& from, Enum& to) {
  std::int64_t value = 0;
  auto problem = read_integer(from, 0, static_cast<std::int64_t>(kLastEnumerator<Enum>), value);
  if (!problem) to = static_cast<Enum>(value);
  return problem;
}

template <class Value>
DecodeOutcome read_value(const msgpack::object& from, std::optional<Value>& to);
template <class Value>
DecodeOutcome read_value(const msgpack::object& from, std::vector<Value>& to);

template <class Struct>
requires(!std::is_null_pointer_v<std::remove_const_t<decltype(kFields<Struct>)>>) DecodeOutcome
    read_value(const msgpack::object& from, Struct& to) {
  if (from.type != msgpack::type::ARRAY) return wrong_type("an array", from);
  if (from.via.array.size != kFieldCount<Struct>) {
    return wrong_count(kFieldCount<Struct>, from.via.array.size);
  }
  const msgpack::object* next = from.via.array.ptr;
  DecodeOutcome problem;
  const auto read_field = [&](const auto& field) {
    problem = read_value(*next++, to.*field.member);
    if (problem) problem = std::move(*problem).under("." + std::string(field.name));
    return !problem;
  };
  std::apply([&](const auto&... fields) { static_cast<void>((read_field(fields) && ...)); },
             kFields<Struct>);
  return problem;
}

template <class Value>
DecodeOutcome read_value(const msgpack::object& from, std::optional<Value>& to) {
  to.reset();
  if (from.type == msgpack::type::NIL) return std::nullopt;
  return read_value(from, to.emplace());
}

template <class Value>
DecodeOutcome read_value(const msgpack::object& from, std::vector<Value>& to) {
  if (from.type != msgpack::type::ARRAY) return wrong_type("an array", from);
  to.clear();
  to.reserve(from.via.array.size);
  for (std::uint32_t i = 0; i < from.via.array.size; ++i) {
    auto problem = read_value(from.via.array.ptr[i], to.emplace_back());
    if (problem) return std::move(*problem).under("[" + std::to_string(i) + "]");
  }
  return std::nullopt;
}

}  // namespace rookery
