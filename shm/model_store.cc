#include "shm/model_store.h"

#include <cstring>
#include <string>
#include <utility>

namespace rookery {
namespace {

Error refusal(std::string reason) {
  return {"model", "the weights' store is refused: " + std::move(reason),
          "rookery and rookery-worker must be of one build and use one model"};
}

Error differs(const char* what, const std::string& found, const std::string& wanted) {
  return refusal(std::string(what) + " " + found + ", wanted " + wanted);
}

// Sums and products of what a header claims cannot wrap: counts are bounded by the size first.
bool lies_within(std::uint64_t offset, std::uint64_t count, std::uint64_t item_bytes,
                 std::uint64_t total) {
  return offset <= total && count <= (total - offset) / item_bytes;
}

// Bytes that no terminal should get raw.
std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += c >= ' ' && c <= '~' ? c : '?';
  return "\"" + text + "\"";
}

std::string_view text_of(const std::byte* bytes, std::uint64_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// In this order: a later field means something only if those before are right.
Status check_identity(const ModelHeader& header, std::size_t real_bytes, std::string_view digest) {
  const std::string_view magic(header.magic.data(), header.magic.size());
  const std::string_view wanted_magic(kModelMagic.data(), kModelMagic.size());
  if (magic != wanted_magic) return differs("magic", printable(magic), printable(wanted_magic));
  if (header.layout_version != kModelLayoutVersion) {
    return differs("layout version", std::to_string(header.layout_version),
                   std::to_string(kModelLayoutVersion));
  }
  if (header.total_bytes != real_bytes) {
    return differs("size", std::to_string(real_bytes), std::to_string(header.total_bytes));
  }
  const std::string_view found_digest(header.digest.data(), header.digest.size());
  if (found_digest != digest) return differs("digest", printable(found_digest), printable(digest));
  return Done{};
}

Status check_sections(const ModelHeader& header) {
  struct Section {
    const char* name;
    std::uint64_t offset, count, item_bytes;
  };
  for (const Section& section :
       {Section{"table", header.table_offset, header.tensor_count, sizeof(TensorRecord)},
        Section{"dims", header.dims_offset, header.dim_count, sizeof(std::int64_t)},
        Section{"names", header.names_offset, header.names_bytes, 1},
        Section{"skeleton", header.skeleton_offset, header.skeleton_bytes, 1}}) {
    if (!lies_within(section.offset, section.count, section.item_bytes, header.total_bytes)) {
      return refusal(std::string(section.name) + " at " + std::to_string(section.offset) + ", " +
                     std::to_string(section.count) + " × " + std::to_string(section.item_bytes) +
                     " bytes, beyond the size " + std::to_string(header.total_bytes));
    }
  }
  if (header.table_offset % alignof(TensorRecord) != 0 ||
      header.dims_offset % alignof(std::int64_t) != 0) {
    return refusal("table at " + std::to_string(header.table_offset) + " and dims at " +
                   std::to_string(header.dims_offset) + ", wanted multiples of 8");
  }
  return Done{};
}

Result<TensorView> view_of(const std::byte* store, const ModelHeader& header,
                           const TensorRecord& record, std::uint32_t index) {
  const std::string tensor = "tensor " + std::to_string(index);
  if (!lies_within(record.name_offset, record.name_bytes, 1, header.names_bytes)) {
    return refusal(tensor + ": its name lies beyond the names");
  }
  if (record.dims > kMaxTensorDims ||
      !lies_within(record.first_dim, 2ull * record.dims, 1, header.dim_count)) {
    return refusal(tensor + ": its sizes and strides lie beyond the dims");
  }
  if (record.data_offset % kTensorAlignment != 0 || record.data_offset < header.data_offset ||
      !lies_within(record.data_offset, record.data_bytes, 1, header.total_bytes)) {
    return refusal(tensor + ": its data lies off the grid or beyond the store");
  }
  if (element_bytes(record.dtype) == 0) {
    return refusal(tensor + ": unknown element type " +
                   std::to_string(static_cast<std::uint32_t>(record.dtype)));
  }
  const auto* dims =
      reinterpret_cast<const std::int64_t*>(store + header.dims_offset) + record.first_dim;
  const TensorView view{
      .name = text_of(store + header.names_offset + record.name_offset, record.name_bytes),
      .dtype = record.dtype,
      .sizes = {dims, record.dims},
      .strides = {dims + record.dims, record.dims},
      .data = {store + record.data_offset, record.data_bytes}};
  const std::int64_t extent = extent_bytes(view.dtype, view.sizes, view.strides);
  if (extent < 0 || static_cast<std::uint64_t>(extent) != record.data_bytes) {
    return refusal(tensor + ": its strides span " + std::to_string(extent) + " bytes, it has " +
                   std::to_string(record.data_bytes));
  }
  return view;
}

}  // namespace

Result<ModelStore> ModelStore::attach(SealedMemory memory, std::string_view expected_digest) {
  const std::span<const std::byte> bytes = memory.bytes();
  if (bytes.size() < sizeof(ModelHeader)) {
    return differs("size", std::to_string(bytes.size()),
                   "at least " + std::to_string(sizeof(ModelHeader)));
  }
  ModelHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (Status ours = check_identity(header, bytes.size(), expected_digest); !ours) {
    return ours.error();
  }
  if (Status sound = check_sections(header); !sound) return sound.error();

  ModelStore store(std::move(memory));
  const auto* records = reinterpret_cast<const TensorRecord*>(bytes.data() + header.table_offset);
  store.tensors_.reserve(header.tensor_count);
  for (std::uint32_t i = 0; i < header.tensor_count; ++i) {
    auto view = view_of(bytes.data(), header, records[i], i);
    if (!view) return view.error();
    store.tensors_.push_back(*view);
  }
  store.skeleton_ = text_of(bytes.data() + header.skeleton_offset, header.skeleton_bytes);
  store.digest_ = text_of(bytes.data() + offsetof(ModelHeader, digest), kDigestChars);
  return store;
}

Result<ModelStore> ModelStore::attach(UniqueFd fd, std::string_view expected_digest) {
  auto memory = SealedMemory::attach(std::move(fd));
  if (!memory) return memory.error();
  return attach(*std::move(memory), expected_digest);
}

}  // namespace rookery
