#include "supervisor/journal/file_system.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace rookery {
namespace {

// From statfs(2) and linux/magic.h, which lacks some of them.
constexpr std::array<std::uint32_t, 12> kNetworkTypes = {
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB2
    0x65735546,  // FUSE
    0x01021997,  // 9P
    0x5346414F,  // AFS
    0x73757245,  // Coda
    0x00C36400,  // Ceph
    0x0BD00BD0,  // Lustre
    0x01161970,  // GFS2
    0x7461636F,  // OCFS2
};

}  // namespace

bool is_network_file_system(std::int64_t type) {
  // f_type is signed, and as wide as the architecture likes: the low 32 bits are the type.
  return std::find(kNetworkTypes.begin(), kNetworkTypes.end(), static_cast<std::uint32_t>(type)) !=
         kNetworkTypes.end();
}

bool is_on_network_file_system(const std::string& path) {
  struct statfs found = {};
  return statfs(path.c_str(), &found) == 0 && is_network_file_system(found.f_type);
}

}  // namespace rookery
