// Slots on a command line: "0.1@2+3,1.1@-" is slot 0, incarnation 1, on cores 2 and 3, and slot
// 1, incarnation 1, not pinned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

std::string format_slots(const std::vector<SlotStart>& slots);
// Error stage "config", naming the part that is none.
Result<std::vector<SlotStart>> parse_slots(std::string_view text);

}  // namespace rookery
