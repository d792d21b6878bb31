// Structs with a table of fields as bytes, for what is kept between runs. Messages have codec.h.
#pragma once

#include <string>
#include <string_view>

#include "ipc/field_reader.h"
#include "ipc/field_writer.h"
#include "rookery/result.h"

namespace rookery {

template <class Struct>
std::string to_bytes(const Struct& value) {
  std::string bytes;
  FieldWriter(bytes).write(value);
  return bytes;
}

// As strict as decode(). Error: stage "journal".
template <class Struct>
Result<Struct> from_bytes(std::string_view bytes) {
  Struct value;
  const auto problem =
      unpack(bytes, [&value](const msgpack::object& from) { return read_value(from, value); });
  if (problem) return Error{"journal", problem->path + ": " + problem->what, ""};
  return value;
}

}  // namespace rookery
