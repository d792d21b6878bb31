// Writing a store: the layout is worked out first, then everything is copied to its place.
#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "shm/model_store.h"
#include "shm/page_placement.h"

namespace rookery {
namespace {

std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
}

Error publish_error(std::string reason) { return {"model", std::move(reason), ""}; }

bool is_digest(std::string_view text) {
  return text.size() == kDigestChars &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status check_tensor(const TensorView& tensor) {
  const std::string what = "tensor " + std::string(tensor.name) + " cannot be shared: ";
  if (tensor.sizes.size() > kMaxTensorDims) {
    return publish_error(what + std::to_string(tensor.sizes.size()) + " dimensions, at most " +
                         std::to_string(kMaxTensorDims) + " are supported");
  }
  const std::int64_t extent = extent_bytes(tensor.dtype, tensor.sizes, tensor.strides);
  if (extent < 0) return publish_error(what + "its sizes and strides make no extent");
  if (static_cast<std::uint64_t>(extent) != tensor.data.size()) {
    return publish_error(what + std::to_string(tensor.data.size()) +
                         " bytes given, its strides span " + std::to_string(extent));
  }
  return Done{};
}

struct Layout {
  ModelHeader header;
  std::vector<TensorRecord> records;
};

// Gives each tensor's data its place after `offset`; one place for data given twice. Returns the
// end.
std::uint64_t place_data(std::span<const TensorView> tensors, std::uint64_t offset,
                         std::vector<TensorRecord>& records) {
  std::map<std::pair<const std::byte*, std::size_t>, std::uint64_t> placed;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto key = std::pair(tensors[i].data.data(), tensors[i].data.size());
    const auto [place, is_new] = placed.try_emplace(key, aligned(offset));
    if (is_new) offset = place->second + key.second;
    records[i].data_offset = place->second;
    records[i].data_bytes = key.second;
  }
  return offset;
}

Layout lay_out(const ModelContents& contents) {
  Layout layout;
  ModelHeader& header = layout.header;
  for (const TensorView& tensor : contents.tensors) {
    TensorRecord record;
    record.name_offset = header.names_bytes;
    record.name_bytes = static_cast<std::uint32_t>(tensor.name.size());
    record.dtype = tensor.dtype;
    record.first_dim = header.dim_count;
    record.dims = static_cast<std::uint32_t>(tensor.sizes.size());
    header.names_bytes += record.name_bytes;
    header.dim_count += 2 * tensor.sizes.size();
    layout.records.push_back(record);
  }
  header.tensor_count = static_cast<std::uint32_t>(layout.records.size());
  header.table_offset = sizeof(ModelHeader);
  header.dims_offset = header.table_offset + header.tensor_count * sizeof(TensorRecord);
  header.names_offset = header.dims_offset + header.dim_count * sizeof(std::int64_t);
  header.skeleton_offset = header.names_offset + header.names_bytes;
  header.skeleton_bytes = contents.skeleton.size();
  header.data_offset = aligned(header.skeleton_offset + header.skeleton_bytes);
  header.total_bytes = place_data(contents.tensors, header.data_offset, layout.records);
  std::ranges::copy(contents.digest, header.digest.begin());
  return layout;
}

// Copies `bytes` to `offset` and returns the offset behind them.
std::uint64_t put(std::span<std::byte> store, std::uint64_t offset,
                  std::span<const std::byte> bytes) {
  // memcpy from nowhere is undefined even for no bytes.
  if (!bytes.empty()) std::memcpy(store.data() + offset, bytes.data(), bytes.size());
  return offset + bytes.size();
}

void fill(std::span<std::byte> store, const Layout& layout, const ModelContents& contents) {
  const ModelHeader& header = layout.header;
  put(store, 0, std::as_bytes(std::span(&header, 1)));
  put(store, header.table_offset, std::as_bytes(std::span(layout.records)));
  std::uint64_t dims = header.dims_offset;
  std::uint64_t names = header.names_offset;
  for (const TensorView& tensor : contents.tensors) {
    dims = put(store, dims, std::as_bytes(tensor.sizes));
    dims = put(store, dims, std::as_bytes(tensor.strides));
    names = put(store, names, std::as_bytes(std::span(tensor.name)));
  }
  put(store, header.skeleton_offset, std::as_bytes(std::span(contents.skeleton)));
  for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
    put(store, layout.records[i].data_offset, contents.tensors[i].data);
  }
}

}  // namespace

Result<SealedMemory> publish_model(const ModelContents& contents) {
  if (!is_digest(contents.digest)) {
    return publish_error("the model's digest must be " + std::to_string(kDigestChars) +
                         " hexadecimal digits, got \"" + std::string(contents.digest) + "\"");
  }
  for (const TensorView& tensor : contents.tensors) {
    if (Status sound = check_tensor(tensor); !sound) return sound.error();
  }
  const Layout layout = lay_out(contents);
  auto builder = SealedMemoryBuilder::create("weights", layout.header.total_bytes);
  if (!builder) return builder.error();
  place_pages(builder->bytes());
  fill(builder->bytes(), layout, contents);
  return (*std::move(builder)).seal();
}

}  // namespace rookery
