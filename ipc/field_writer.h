// Structs → msgpack, by their tables of fields. For codec and struct_bytes.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <msgpack.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ipc/fields.h"
#include "rookery/scores.h"

namespace rookery {

class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : sink_{out}, packer_(sink_) {}

  void begin_array(std::size_t size) { packer_.pack_array(static_cast<std::uint32_t>(size)); }

  void write(std::signed_integral auto value) { packer_.pack_int64(value); }
  void write(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  // Not the packer's: it writes whole numbers as integers, which loses the sign of zero.
  void write(float value) { write_big_endian('\xca', std::bit_cast<std::uint32_t>(value)); }
  void write(double value) { write_big_endian('\xcb', std::bit_cast<std::uint64_t>(value)); }

  // As bin: any text may hold a file's name, whose bytes need not be UTF-8.
  void write(const std::string& value) {
    const auto size = static_cast<std::uint32_t>(value.size());
    packer_.pack_bin(size);
    packer_.pack_bin_body(value.data(), size);
  }

  template <class Enum>
  requires std::is_enum_v<Enum>
  void write(Enum value) { packer_.pack_int64(static_cast<std::int64_t>(value)); }

  template <class Value>
  void write(const std::optional<Value>& value) {
    if (value) {
      write(*value);
    } else {
      packer_.pack_nil();
    }
  }

  template <class Value>
  void write(const std::vector<Value>& values) {
    begin_array(values.size());
    for (const Value& value : values) write(value);
  }

  // Flat, frames as differences: nearly all of them then take one byte.
  void write(const SegmentScores& segment) {
    begin_array(2);
    write(segment.segment_index);
    begin_array(3 * segment.scores.size());
    std::uint64_t previous = 0;
    for (const FrameScore& score : segment.scores) {
      const auto frame = static_cast<std::uint64_t>(score.frame);
      write(static_cast<std::int64_t>(frame - previous));
      write(score.label);
      write(score.score);
      previous = frame;
    }
  }

  template <class Struct>
  requires(!std::is_null_pointer_v<std::remove_const_t<decltype(kFields<Struct>)>>) void write(
      const Struct& value) {
    static_assert(kListsAllMembers<Struct>, "a member is missing in the struct's kFields");
    begin_array(kFieldCount<Struct>);
    std::apply([&](const auto&... fields) { (write(value.*fields.member), ...); }, kFields<Struct>);
  }

 private:
  struct StringSink {
    std::string& out;
    void write(const char* bytes, std::size_t size) { out.append(bytes, size); }
  };

  void write_big_endian(char type, std::unsigned_integral auto bits) {
    sink_.out.push_back(type);
    for (int shift = 8 * (static_cast<int>(sizeof bits) - 1); shift >= 0; shift -= 8) {
      sink_.out.push_back(static_cast<char>((bits >> shift) & 0xff));
    }
  }

  StringSink sink_;
  msgpack::packer<StringSink> packer_;
};

}  // namespace rookery
