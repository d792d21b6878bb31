#include "supervisor/worker_memory.h"

#include <algorithm>

#include "supervisor/byte_size.h"

namespace rookery {
namespace {

constexpr std::int64_t kLeastBytes = std::int64_t{512} << 20;

}  // namespace

std::int64_t own_memory_bytes(const RunConfig& config, std::size_t workers,
                              const std::vector<MemoryRoom>& rooms) {
  if (const auto told = parse_byte_size(config.operating.max_worker_memory)) return *told;
  if (config.speed.sandbox == SandboxKind::kOff || rooms.empty()) return 0;
  const std::int64_t most = std::ranges::min(rooms, {}, &MemoryRoom::total_bytes).total_bytes;
  const bool one_process = config.speed.engine == EngineKind::kThreads && workers > 1;
  const std::int64_t part = one_process ? most / 2 / static_cast<std::int64_t>(workers) : most / 4;
  return std::max(part, kLeastBytes);
}

}  // namespace rookery
