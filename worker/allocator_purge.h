// Gives back the pages that the allocator keeps.
#pragma once

namespace rookery {

// Whichever allocator is preloaded, glibc's among them. Before a fork it makes children smaller:
// kept pages would be inherited, and copied as soon as they are used again.
void purge_allocator();

}  // namespace rookery
