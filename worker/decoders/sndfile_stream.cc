#include "worker/decoders/sndfile_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "worker/decoders/container_size.h"

namespace rookery {
namespace {

// Opening fails through a text that libsndfile keeps in one place for the whole process.
std::mutex open_mutex;

std::vector<std::byte> big_endian(std::int64_t value) {
  std::vector<std::byte> bytes(8);
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(value >> (56 - 8 * i));
  return bytes;
}

bool has_unfinished_riff_size(RegularFile& file) {
  std::array<char, 12> head{};
  file.read_at(0, std::as_writable_bytes(std::span(head)));
  if (std::memcmp(head.data(), "RIFF", 4) != 0) return false;
  if (std::memcmp(head.data() + 8, "WAVE", 4) != 0) return false;
  const std::string size(head.data() + 4, 4);
  return size == std::string(4, '\0') || size == std::string(4, '\xFF');
}

}  // namespace

SndfileStream::SndfileStream(RegularFile& file)
    : file_(file), size_(file.size()), patch_(patch_for(file)) {}

std::optional<SndfileStream::Patch> SndfileStream::patch_for(RegularFile& file) {
  // Of a WAV whose data size is 0, libsndfile reads what is there, but only if the RIFF size is 8.
  if (has_unfinished_riff_size(file)) {
    return Patch{4, {std::byte{8}, std::byte{0}, std::byte{0}, std::byte{0}}};
  }
  // Of a CAF it refuses a chunk that is longer than the file, and one that says −1, to the end.
  const auto caf = find_caf_audio(file);
  if (caf && (caf->claimed < 0 || caf->claimed > caf->available)) {
    return Patch{caf->begin - 8, big_endian(caf->available)};
  }
  return std::nullopt;
}

Result<SndfileHandle> SndfileStream::open(SF_INFO& info) {
  position_ = 0;
  SF_VIRTUAL_IO callbacks{};
  callbacks.get_filelen = [](void* user_data) -> sf_count_t { return of(user_data).size_; };
  callbacks.seek = seek;
  callbacks.read = read;
  callbacks.tell = [](void* user_data) -> sf_count_t { return of(user_data).position_; };
  const std::lock_guard lock(open_mutex);
  SndfileHandle handle(sf_open_virtual(&callbacks, SFM_READ, &info, this));
  if (handle) return handle;
  std::string words = sf_strerror(nullptr);
  while (!words.empty() && (words.back() == '.' || words.back() == '\n')) words.pop_back();
  return Error{"probe", fmt::format("not audio that can be read: {}", words), ""};
}

sf_count_t SndfileStream::seek(sf_count_t offset, int whence, void* user_data) {
  SndfileStream& stream = of(user_data);
  const std::int64_t base = whence == SEEK_CUR   ? stream.position_
                            : whence == SEEK_END ? stream.size_
                                                 : 0;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return -1;
  stream.position_ = target;
  return target;
}

sf_count_t SndfileStream::read(void* out, sf_count_t bytes, void* user_data) {
  if (bytes <= 0) return 0;
  SndfileStream& stream = of(user_data);
  const std::span into(static_cast<std::byte*>(out), static_cast<std::size_t>(bytes));
  const std::int64_t got = stream.file_.read_at(stream.position_, into);
  stream.apply_patch(into.first(static_cast<std::size_t>(got)));
  stream.position_ += got;
  return got;
}

void SndfileStream::apply_patch(std::span<std::byte> read_bytes) const {
  if (!patch_) return;
  const auto end = position_ + static_cast<std::int64_t>(read_bytes.size());
  const auto patch_end = patch_->begin + static_cast<std::int64_t>(patch_->bytes.size());
  for (auto at = std::max(position_, patch_->begin); at < std::min(end, patch_end); ++at) {
    read_bytes[static_cast<std::size_t>(at - position_)] =
        patch_->bytes[static_cast<std::size_t>(at - patch_->begin)];
  }
}

}  // namespace rookery
