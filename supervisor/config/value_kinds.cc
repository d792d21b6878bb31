#include "supervisor/config/value_kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

#include "rookery/audio_channels.h"
#include "rookery/run_config.h"
#include "supervisor/byte_size.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/failure_budget.h"
#include "supervisor/recording_key.h"
#include "supervisor/run_time.h"
#include "supervisor/timestamps.h"

namespace rookery {
namespace {

template <class T>
std::string with_word(const std::optional<Word<T>>& word, const std::string& numbers) {
  return word ? word->text + " or " + numbers : numbers;
}

template <class T>
bool is_word(const std::optional<Word<T>>& word, const YAML::Node& node) {
  return word && as_text(node) == word->text;
}

template <class T>
std::string print_number(const std::optional<Word<T>>& word, const T& value) {
  return word && value == word->value ? word->text : fmt::format("{}", value);
}

std::string flow_list(const std::vector<std::string>& elements) {
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

// The texts of a list, or of one scalar; nullopt if there is anything else in it.
std::optional<std::vector<std::string>> texts_of(const YAML::Node& node) {
  if (const auto single = as_text(node)) return std::vector<std::string>{*single};
  if (!node.IsSequence()) return std::nullopt;
  std::vector<std::string> texts;
  for (const YAML::Node& element : node) {
    const auto text = as_text(element);
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::size_t begin = part.find_first_not_of(' ');
    const std::size_t end = part.find_last_not_of(' ');
    parts.push_back(begin == std::string::npos ? "" : part.substr(begin, end - begin + 1));
  }
  return parts;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A text that `fits`, kept as it was written.
Kind<std::string> checked_text(const std::string& allowed,
                               const std::function<bool(const std::string&)>& fits) {
  const auto read = [fits](const YAML::Node& node) -> std::optional<std::string> {
    const auto text = as_text(node);
    return text && fits(*text) ? text : std::nullopt;
  };
  return {allowed, read, [](const std::string& value) { return yaml_scalar(value); }};
}

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

}  // namespace

template <class Integer>
Kind<Integer> whole_number(std::int64_t low, std::int64_t high,
                           const std::optional<Word<Integer>>& word) {
  const auto read = [=](const YAML::Node& node) -> std::optional<Integer> {
    if (is_word(word, node)) return word->value;
    const auto value = as_whole_number(node);
    if (!value || *value < low || *value > high) return std::nullopt;
    return static_cast<Integer>(*value);
  };
  return {with_word(word, fmt::format("a whole number from {} to {}", low, high)), read,
          [=](const Integer& value) { return print_number(word, value); }};
}
template Kind<std::int32_t> whole_number(std::int64_t, std::int64_t,
                                         const std::optional<Word<std::int32_t>>&);
template Kind<std::int64_t> whole_number(std::int64_t, std::int64_t,
                                         const std::optional<Word<std::int64_t>>&);

Kind<std::int32_t> odd_number(std::int64_t low, std::int64_t high) {
  Kind<std::int32_t> kind = whole_number<std::int32_t>(low, high);
  kind.allowed = fmt::format("an odd whole number from {} to {}", low, high);
  kind.read = [read = kind.read](const YAML::Node& node) -> std::optional<std::int32_t> {
    const auto value = read(node);
    return value && *value % 2 == 1 ? value : std::nullopt;
  };
  return kind;
}

Kind<double> real_number(double low, double high, const std::optional<Word<double>>& word) {
  const auto read = [=](const YAML::Node& node) -> std::optional<double> {
    if (is_word(word, node)) return word->value;
    const auto value = as_finite_number(node);
    return value && *value >= low && *value <= high ? value : std::nullopt;
  };
  return {with_word(word, fmt::format("a number from {} to {}", low, high)), read,
          [=](const double& value) { return print_number(word, value); }};
}

Kind<bool> boolean() {
  return {"true or false", as_boolean, [](const bool& value) { return value ? "true" : "false"; }};
}

Kind<std::string> one_of(const std::vector<std::string>& names) {
  const auto read = [names](const YAML::Node& node) -> std::optional<std::string> {
    const auto text = as_text(node);
    return text && contains(names, *text) ? text : std::nullopt;
  };
  return {in_words(names), read, [](const std::string& value) { return value; }};
}

Kind<std::string> channel() {
  const Kind<std::int32_t> number = whole_number<std::int32_t>(1, kMaxChannels);
  const auto read = [number](const YAML::Node& node) -> std::optional<std::string> {
    auto text = as_text(node);
    if (text == "mix" || text == kEachChannel) return text;
    const auto value = number.read(node);
    return value ? std::optional(number.print(*value)) : std::nullopt;
  };
  return {"mix, each or " + number.allowed, read, [](const std::string& value) { return value; }};
}

Kind<std::string> timestamps() {
  return checked_text(
      "none, header or filename=FORMAT, a date of %Y %m %d %H %M %S (or %y, %b, %j)",
      [](const std::string& text) { return time_source(text).ok(); });
}

Kind<std::string> duration() {
  return checked_text(
      "none or a duration such as 5h, 90m, 1h30m or 45s",
      [](const std::string& text) { return text == "none" || parse_duration(text).has_value(); });
}

Kind<std::string> time_of_day() {
  return checked_text("none or a time of day such as 06:00", [](const std::string& text) {
    return text == "none" || parse_time_of_day(text).has_value();
  });
}

Kind<std::string> byte_size() {
  return checked_text("none or a size such as 2G, 1.5G or 500M", [](const std::string& text) {
    return text == "none" || parse_byte_size(text).has_value();
  });
}

Kind<std::string> failure_budget() {
  return checked_text(
      "none, a number of recordings such as 20, or a share such as 5%",
      [](const std::string& text) { return FailureBudget::parse(text).has_value(); });
}

Kind<std::string> text() {
  const auto read = [](const YAML::Node& node) -> std::optional<std::string> {
    const auto text = as_text(node);
    return text && !text->empty() ? text : std::nullopt;
  };
  return {"a text", read, [](const std::string& value) { return yaml_scalar(value); }};
}

Kind<std::vector<std::string>> texts() {
  const auto print = [](const std::vector<std::string>& values) {
    std::vector<std::string> quoted;
    quoted.reserve(values.size());
    for (const std::string& value : values) quoted.push_back(yaml_scalar(value));
    return flow_list(quoted);
  };
  return {"a text or a list of texts", texts_of, print};
}

Kind<std::string> path() {
  const auto read = [](const YAML::Node& node) -> std::optional<std::string> {
    const auto text = as_text(node);
    return text ? std::optional(decode_key(*text)) : std::nullopt;
  };
  const auto print = [](const std::string& value) { return yaml_scalar(encode_key(value)); };
  return {"a path", read, print, {}, true};
}

Kind<std::vector<std::string>> paths() {
  using Paths = std::vector<std::string>;
  const auto read = [](const YAML::Node& node) -> std::optional<Paths> {
    auto texts = texts_of(node);
    if (!texts) return std::nullopt;
    std::transform(texts->begin(), texts->end(), texts->begin(), decode_key);
    return texts;
  };
  const auto print = [](const Paths& values) {
    std::vector<std::string> texts;
    for (const std::string& value : values) texts.push_back(yaml_scalar(encode_key(value)));
    return flow_list(texts);
  };
  return {"a path or a list of paths", read, print, {}, true};
}

Kind<std::vector<std::string>> one_or_more_paths() {
  Kind<std::vector<std::string>> kind = paths();
  kind.print = [print = kind.print](const std::vector<std::string>& values) {
    return values.size() == 1 ? yaml_scalar(encode_key(values.front())) : print(values);
  };
  return kind;
}

Kind<std::vector<std::string>> digests() {
  Kind<std::vector<std::string>> kind = texts();
  kind.allowed = "64 hexadecimal digits or a list of such";
  kind.read = [](const YAML::Node& node) -> std::optional<std::vector<std::string>> {
    auto texts = texts_of(node);
    if (!texts || !std::all_of(texts->begin(), texts->end(), is_digest)) return std::nullopt;
    for (std::string& digest : *texts) {
      std::transform(digest.begin(), digest.end(), digest.begin(),
                     [](unsigned char digit) { return static_cast<char>(std::tolower(digit)); });
    }
    return texts;
  };
  return kind;
}

Kind<std::vector<std::string>> some_of(const std::vector<std::string>& names) {
  using Names = std::vector<std::string>;
  const auto read = [names](const YAML::Node& node) -> std::optional<Names> {
    const auto texts = node.IsScalar() ? split_at_commas(node.Scalar()) : texts_of(node);
    if (!texts) return std::nullopt;
    Names kept;
    for (const std::string& text : *texts) {
      if (!contains(names, text)) return std::nullopt;
      if (!contains(kept, text)) kept.push_back(text);
    }
    return kept;
  };
  return {"a list of " + in_words(names), read, flow_list};
}

std::string in_words(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

}  // namespace rookery
