#include "worker/decoders/sndfile_origin.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "worker/decoders/header_time.h"

namespace rookery {
namespace {

// Far more than metadata of a recorder take; a header may claim anything.
constexpr unsigned kMaxChunkBytes = 1U << 20;

std::string chunk_named(SNDFILE* file, std::string_view name) {
  SF_CHUNK_INFO info{};
  std::copy(name.begin(), name.end(), info.id);
  info.id_size = static_cast<unsigned>(name.size());
  SF_CHUNK_ITERATOR* chunk = sf_get_chunk_iterator(file, &info);
  if (chunk == nullptr || sf_get_chunk_size(chunk, &info) != SF_ERR_NO_ERROR) return "";
  std::string data(std::min(info.datalen, kMaxChunkBytes), '\0');
  info.datalen = static_cast<unsigned>(data.size());
  info.data = data.data();
  return sf_get_chunk_data(chunk, &info) == SF_ERR_NO_ERROR ? data : "";
}

std::string_view tag(SNDFILE* file, int which) {
  const char* text = sf_get_string(file, which);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

std::optional<std::int64_t> broadcast_origin(SNDFILE* file) {
  SF_BROADCAST_INFO info{};
  if (sf_command(file, SFC_GET_BROADCAST_INFO, &info, sizeof info) != SF_TRUE) return std::nullopt;
  return broadcast_time({info.origination_date, sizeof info.origination_date},
                        {info.origination_time, sizeof info.origination_time});
}

}  // namespace

std::optional<std::int64_t> told_origin(SNDFILE* file) {
  if (const auto time = guano_time(chunk_named(file, "guan"))) return time;
  if (const auto time = broadcast_origin(file)) return time;
  if (const auto time = comment_time(tag(file, SF_STR_COMMENT))) return time;
  return iso_time(tag(file, SF_STR_DATE));
}

}  // namespace rookery
