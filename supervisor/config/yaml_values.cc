#include "supervisor/config/yaml_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <vector>

#include "supervisor/config/yaml_documents.h"
#include "supervisor/recording_key.h"
#include "supervisor/utf8.h"

namespace rookery {
namespace {

constexpr std::string_view kCharactersWithoutQuotes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
constexpr std::size_t kMaxShown = 80;
constexpr int kMaxDepthShown = 3;

// yaml-cpp's own conversions read 010 as octal and accept trailing text.
template <class T>
std::optional<T> as_number(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  const std::string& text = node.Scalar();
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool needs_no_quotes(std::string_view text) {
  if (text.empty() || text == "-" || text.starts_with("--")) return false;
  if (text.find_first_not_of(kCharactersWithoutQuotes) != std::string_view::npos) return false;
  return text != "null" && text != "Null" && text != "NULL";
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + '"';
}

// Down to a depth: a node may hold itself, through an alias.
std::string in_flow_style(const YAML::Node& node, int depth) {
  if (node.IsScalar()) return yaml_scalar(encode_key(node.Scalar()));
  if (node.IsNull()) return "null";
  if (depth == 0) return "…";
  std::vector<std::string> parts;
  for (const auto& part : node) {
    parts.push_back(node.IsMap() ? in_flow_style(part.first, depth - 1) + ": " +
                                       in_flow_style(part.second, depth - 1)
                                 : in_flow_style(part, depth - 1));
  }
  const std::string list = fmt::format("{}", fmt::join(parts, ", "));
  return node.IsMap() ? "{" + list + "}" : "[" + list + "]";
}

// Cut between characters. Precondition: valid UTF-8.
std::string shortened(const std::string& text, std::size_t max_bytes) {
  std::size_t end = 0;
  while (end < text.size() && end + utf8_length_at(text, end) <= max_bytes) {
    end += utf8_length_at(text, end);
  }
  return end == text.size() ? text : text.substr(0, end) + "…";
}

}  // namespace

std::optional<std::string> as_text(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

std::optional<std::int64_t> as_whole_number(const YAML::Node& node) {
  return as_number<std::int64_t>(node);
}

std::optional<double> as_finite_number(const YAML::Node& node) {
  const std::optional<double> value = as_number<double>(node);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> as_boolean(const YAML::Node& node) {
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) return std::nullopt;
  return value;
}

std::string shown(const YAML::Node& node) {
  return node.IsNull() ? "nothing" : shortened(in_flow_style(node, kMaxDepthShown), kMaxShown);
}

std::string refusal(const std::string& name, const YAML::Node& value, const std::string& allowed,
                    const std::vector<std::string>& reserved) {
  const auto text = as_text(value);
  const bool later = text && std::find(reserved.begin(), reserved.end(), *text) != reserved.end();
  const char* verdict = later ? "is reserved for a later release" : "is not allowed";
  return fmt::format("{}: {} {}; it takes {}", name, shown(value), verdict, allowed);
}

std::string yaml_scalar(std::string_view text) {
  return needs_no_quotes(text) ? std::string(text) : quoted(text);
}

Result<YAML::Node> parse_yaml(const std::string& text, const std::string& stage,
                              const std::string& where) {
  try {
    if (!holds_several_documents(text)) return YAML::Load(text);
    return Error{stage, where + ": holds more than one YAML document, or text behind it",
                 "keep one"};
  } catch (const YAML::Exception& error) {
    return Error{
        stage, fmt::format("{}:{}: not valid YAML: {}", where, error.mark.line + 1, error.msg), ""};
  }
}

std::string location(const std::string& where, const YAML::Node& node) {
  if (where.empty()) return "";
  const YAML::Mark mark = node.Mark();
  return mark.is_null() ? where + ": " : fmt::format("{}:{}: ", where, mark.line + 1);
}

}  // namespace rookery
