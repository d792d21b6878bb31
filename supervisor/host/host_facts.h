// What a reader of results must know of the host: processor, cores, memory, kernel, huge pages.
#pragma once

#include <map>
#include <string>

namespace rookery {

std::map<std::string, std::string> host_facts();

}  // namespace rookery
