#include "ipc/field_reader.h"

namespace rookery {
namespace {

const char* type_name(msgpack::type::object_type type) {
  switch (type) {
    case msgpack::type::NIL:
      return "nil";
    case msgpack::type::BOOLEAN:
      return "a boolean";
    case msgpack::type::POSITIVE_INTEGER:
    case msgpack::type::NEGATIVE_INTEGER:
      return "an integer";
    case msgpack::type::FLOAT32:
      return "a 32-bit float";
    case msgpack::type::FLOAT64:
      return "a 64-bit float";
    case msgpack::type::STR:
      return "a string";
    case msgpack::type::BIN:
      return "bytes";
    case msgpack::type::ARRAY:
      return "an array";
    case msgpack::type::MAP:
      return "a map";
    case msgpack::type::EXT:
      return "an extension";
  }
  return "something unknown";
}

// Deeper than anything that is encoded (10), shallow enough for any claim.
constexpr std::size_t kMaxDepth = 16;

// A claimed length above the number of bytes cannot be true, so nothing is allocated for it.
msgpack::unpack_limit limits_for(std::size_t bytes) {
  return {bytes, bytes, bytes, bytes, bytes, kMaxDepth};
}

// Texts and bytes are read where they lie: they outlive the decoding.
bool by_reference(msgpack::type::object_type, std::size_t, void*) { return true; }

}  // namespace

DecodeOutcome unpack(std::string_view bytes,
                     const std::function<DecodeOutcome(const msgpack::object&)>& read) {
  try {
    msgpack::zone zone;
    std::size_t end = 0;
    const msgpack::object whole = msgpack::unpack(zone, bytes.data(), bytes.size(), end,
                                                  by_reference, nullptr, limits_for(bytes.size()));
    if (end == bytes.size()) return read(whole);
    return DecodeProblem{
        "", std::to_string(bytes.size() - end) + " bytes after the end of " + std::to_string(end)};
  } catch (const msgpack::unpack_error& problem) {
    return DecodeProblem{" of " + std::to_string(bytes.size()) + " bytes",
                         std::string("no sound msgpack: ") + problem.what()};
  }
}

DecodeProblem wrong_type(const char* wanted, const msgpack::object& got) {
  return {"", std::string("wanted ") + wanted + ", got " + type_name(got.type)};
}

DecodeProblem wrong_count(std::size_t wanted, std::size_t got) {
  return {"", "wanted " + std::to_string(wanted) + " elements, got " + std::to_string(got)};
}

DecodeProblem out_of_range(const std::string& got, std::int64_t lowest, std::int64_t highest) {
  return {"",
          got + " is not between " + std::to_string(lowest) + " and " + std::to_string(highest)};
}

DecodeOutcome read_integer(const msgpack::object& from, std::int64_t lowest, std::int64_t highest,
                           std::int64_t& to) {
  if (from.type == msgpack::type::POSITIVE_INTEGER) {
    if (highest < 0 || from.via.u64 > static_cast<std::uint64_t>(highest)) {
      return out_of_range(std::to_string(from.via.u64), lowest, highest);
    }
    to = static_cast<std::int64_t>(from.via.u64);
  } else if (from.type == msgpack::type::NEGATIVE_INTEGER) {
    to = from.via.i64;
  } else {
    return wrong_type("an integer", from);
  }
  if (to < lowest) return out_of_range(std::to_string(to), lowest, highest);
  return std::nullopt;
}

DecodeOutcome read_value(const msgpack::object& from, bool& to) {
  if (from.type != msgpack::type::BOOLEAN) return wrong_type("a boolean", from);
  to = from.via.boolean;
  return std::nullopt;
}

DecodeOutcome read_value(const msgpack::object& from, float& to) {
  if (from.type != msgpack::type::FLOAT32) return wrong_type("a 32-bit float", from);
  to = static_cast<float>(from.via.f64);
  return std::nullopt;
}

DecodeOutcome read_value(const msgpack::object& from, double& to) {
  if (from.type != msgpack::type::FLOAT64) return wrong_type("a 64-bit float", from);
  to = from.via.f64;
  return std::nullopt;
}

DecodeOutcome read_value(const msgpack::object& from, std::string& to) {
  if (from.type != msgpack::type::BIN) return wrong_type("bytes", from);
  to.assign(from.via.bin.ptr, from.via.bin.size);
  return std::nullopt;
}

DecodeOutcome read_value(const msgpack::object& from, SegmentScores& to) {
  if (from.type != msgpack::type::ARRAY) return wrong_type("an array", from);
  if (from.via.array.size != 2) return wrong_count(2, from.via.array.size);
  if (auto problem = read_value(from.via.array.ptr[0], to.segment_index)) {
    return std::move(*problem).under(".segment_index");
  }
  const msgpack::object& flat = from.via.array.ptr[1];
  if (flat.type != msgpack::type::ARRAY) return wrong_type("an array", flat).under(".scores");
  const std::size_t numbers = flat.via.array.size;
  if (numbers % 3 != 0) return wrong_count(numbers / 3 * 3, numbers).under(".scores");
  to.scores.resize(numbers / 3);
  const msgpack::object* next = flat.via.array.ptr;
  std::uint64_t frame = 0;
  for (std::size_t i = 0; i < to.scores.size(); ++i) {
    FrameScore& score = to.scores[i];
    auto problem = read_value(*next++, score.frame);
    if (!problem) problem = read_value(*next++, score.label);
    if (!problem) problem = read_value(*next++, score.score);
    if (problem) return std::move(*problem).under(".scores[" + std::to_string(i) + "]");
    frame += static_cast<std::uint64_t>(score.frame);
    score.frame = static_cast<std::int64_t>(frame);
  }
  return std::nullopt;
}

}  // namespace rookery
