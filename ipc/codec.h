// Messages as bytes: msgpack, [protocol version, type number, [field, ...]]; ipc/PROTOCOL.md.
#pragma once

#include <string>
#include <string_view>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// Total: every message has an encoding, and decode() gives back an equal one.
std::string encode(const Message& message);

// Strict: another version, an unknown type, a wrong count, type or range, or trailing bytes give an
// Error of stage "protocol" that names message and field. Memory stays in proportion to
// bytes.size(), whatever sizes the bytes claim.
Result<Message> decode(std::string_view bytes);

// As logs and errors call it, e.g. "TaskDone".
std::string_view message_name(const Message& message);

}  // namespace rookery
