// How fast the host is just now, apart from what is measured.
#pragma once

#include <vector>

namespace rookery {

// Bytes a second that these logical processors, all at once, load from their second-level caches;
// 0 if that cannot be found out. It halves where something else runs on the same physical cores: in
// a virtual machine another guest, which no count of stolen time tells. Takes about 50 ms.
double host_pace(const std::vector<int>& processors);

}  // namespace rookery
