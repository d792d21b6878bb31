#include "ipc/codec.h"

#include <array>
#include <utility>

#include "ipc/field_reader.h"
#include "ipc/field_writer.h"
#include "ipc/message_fields.h"

namespace rookery {
namespace {

constexpr std::size_t kMessageTypes = std::variant_size_v<Message>;

Error protocol_error(std::string reason) {
  return {"protocol", std::move(reason), "rookery and rookery-worker must be of one build"};
}

template <class Body>
Result<Message> read_body(const msgpack::object& from) {
  Body body;
  if (auto problem = read_value(from, body)) {
    return protocol_error(std::string(kMessageName<Body>) + problem->path + ": " + problem->what);
  }
  return Message(std::move(body));
}

using BodyReader = Result<Message> (*)(const msgpack::object&);

template <std::size_t... kIndex>
constexpr std::array<BodyReader, kMessageTypes> body_readers(std::index_sequence<kIndex...>) {
  return {&read_body<std::variant_alternative_t<kIndex, Message>>...};
}

Result<Message> read_envelope(const msgpack::object& envelope) {
  if (envelope.type != msgpack::type::ARRAY || envelope.via.array.size == 0) {
    return protocol_error("a message must be an array [version, type, body]");
  }
  const msgpack::object* parts = envelope.via.array.ptr;
  std::int32_t version = 0;
  if (auto problem = read_value(parts[0], version)) {
    return protocol_error("version: " + problem->what);
  }
  if (version != kProtocolVersion) {
    return protocol_error("the message is of protocol version " + std::to_string(version) +
                          ", this program speaks version " + std::to_string(kProtocolVersion));
  }
  if (envelope.via.array.size != 3) {
    return protocol_error("message: " + wrong_count(3, envelope.via.array.size).what);
  }
  std::int64_t type = 0;
  if (auto problem = read_value(parts[1], type)) return protocol_error("type: " + problem->what);
  if (type < 0 || type >= static_cast<std::int64_t>(kMessageTypes)) {
    return protocol_error("unknown message type " + std::to_string(type));
  }
  static constexpr auto kReaders = body_readers(std::make_index_sequence<kMessageTypes>{});
  return kReaders[static_cast<std::size_t>(type)](parts[2]);
}

}  // namespace

std::string encode(const Message& message) {
  std::string bytes;
  FieldWriter writer(bytes);
  writer.begin_array(3);
  writer.write(kProtocolVersion);
  writer.write(static_cast<std::int64_t>(message.index()));
  std::visit([&](const auto& body) { writer.write(body); }, message);
  return bytes;
}

Result<Message> decode(std::string_view bytes) {
  Result<Message> message = protocol_error("");
  const auto problem = unpack(bytes, [&message](const msgpack::object& envelope) -> DecodeOutcome {
    message = read_envelope(envelope);
    return std::nullopt;
  });
  if (problem) return protocol_error("message" + problem->path + ": " + problem->what);
  return message;
}

std::string_view message_name(const Message& message) {
  return std::visit([]<class Body>(const Body&) { return kMessageName<Body>; }, message);
}

}  // namespace rookery
