// How many YAML documents a text holds.
#pragma once

#include <string>

namespace rookery {

// Whether there is a second document, or anything that the first one leaves over. Throws
// YAML::Exception where the text is no YAML. yaml-cpp's own LoadAll() never ends where a document
// leaves something over that begins no other one, as in ",".
bool holds_several_documents(const std::string& text);

}  // namespace rookery
