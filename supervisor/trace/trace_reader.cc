#include "supervisor/trace/trace_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "supervisor/system_error.h"
#include "supervisor/trace/trace_recorder.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

constexpr double kNsPerUs = 1000;

// Of the file's nesting.
constexpr int kInEvent = 2;
constexpr int kInArgs = 3;

// Hands over each object of the array. Anything deeper than an event's arguments is passed over.
class EventHandler final : public nlohmann::json_sax<Json> {
 public:
  explicit EventHandler(const std::function<void(const TraceEvent&)>& take) : take_(take) {}

  // Whether the first event says that it is one of our files.
  bool is_trace() const { return is_trace_; }
  // The format that this says it has, where that is another than ours.
  std::optional<std::int64_t> other_version() const { return other_version_; }
  // Where it could not go on; 0: nowhere.
  std::size_t stopped_at() const { return stopped_at_; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(std::int64_t value) override { return whole_number(value); }
  bool number_unsigned(std::uint64_t value) override {
    return whole_number(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& /*text*/) override {
    if (depth_ == kInEvent) set_time(value);
    return true;
  }
  bool string(std::string& value) override {
    if (depth_ == kInEvent) set_text(value);
    if (depth_ == kInArgs) event_.texts[key_] = value;
    return true;
  }
  bool binary(Json::binary_t& /*value*/) override { return true; }

  bool start_object(std::size_t /*size*/) override {
    if (depth_ == 0) return false;
    if (++depth_ == kInEvent) event_ = {};
    return true;
  }
  bool key(std::string& value) override {
    key_ = value;
    return true;
  }
  bool end_object() override { return depth_-- != kInEvent || hand_over(); }
  bool start_array(std::size_t /*size*/) override {
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    stopped_at_ = position;
    return false;
  }

 private:
  bool hand_over() {
    if (!is_trace_ && !begins_ours()) return false;
    take_(event_);
    return true;
  }

  // Looks at the first event.
  bool begins_ours() {
    is_trace_ = event_.name == kTraceName;
    const auto version = event_.numbers.find("format");
    const std::int64_t told = version == event_.numbers.end() ? 0 : version->second;
    if (is_trace_ && told != kTraceVersion) other_version_ = told;
    return is_trace_ && !other_version_;
  }

  bool whole_number(std::int64_t value) {
    if (depth_ == kInArgs) event_.numbers[key_] = value;
    if (depth_ != kInEvent) return true;
    if (key_ == "pid") event_.process = static_cast<int>(value);
    if (key_ == "tid") event_.thread = static_cast<int>(value);
    set_time(static_cast<double>(value));
    return true;
  }

  void set_time(double us) {
    if (key_ == "ts") event_.begin_ns = std::llround(us * kNsPerUs);
    if (key_ == "dur") event_.duration_ns = std::llround(us * kNsPerUs);
  }

  void set_text(const std::string& value) {
    if (key_ == "ph" && value.size() == 1) event_.phase = value.front();
    if (key_ == "cat") event_.category = value;
    if (key_ == "name") event_.name = value;
  }

  const std::function<void(const TraceEvent&)>& take_;
  int depth_ = 0;
  std::string key_;
  TraceEvent event_;
  bool is_trace_ = false;
  std::optional<std::int64_t> other_version_;
  std::size_t stopped_at_ = 0;
};

}  // namespace

Result<bool> read_trace(const std::string& path,
                        const std::function<void(const TraceEvent&)>& take) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (!file || failure)
    return system_error("trace", path, "read", failure ? failure.value() : errno);
  EventHandler handler(take);
  const bool whole = Json::sax_parse(file, &handler);
  if (!handler.is_trace()) {
    return Error{"trace", path + " is no trace of a run of rookery",
                 "rookery run --trace FILE writes one"};
  }
  if (const auto version = handler.other_version()) {
    return Error{"trace",
                 fmt::format("{} has format {} of traces; this rookery reads format {}", path,
                             *version, kTraceVersion),
                 "read it with the version that wrote it, or record the run anew"};
  }
  if (!whole && handler.stopped_at() < size) {
    return Error{"trace", fmt::format("{} is damaged at byte {}", path, handler.stopped_at()), ""};
  }
  return whole;
}

}  // namespace rookery
