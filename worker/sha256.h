// SHA-256 of bytes that come in pieces.
#pragma once

#include <nettle/sha2.h>

#include <string>
#include <string_view>

namespace rookery {

class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  // In lower-case hexadecimal; it then begins anew.
  std::string finish();

 private:
  sha256_ctx context_ = {};
};

}  // namespace rookery
