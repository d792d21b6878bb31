#include "supervisor/model_card/card_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "supervisor/utf8.h"

namespace rookery {
namespace {

constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text.starts_with(kByteOrderMark) ? text.substr(3) : text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// What is wrong with a label taken alone; empty if nothing.
std::string fault_of(const std::string& label) {
  if (label.empty()) return "is empty";
  if (!is_utf8(label)) return "is not UTF-8";
  if (std::any_of(label.begin(), label.end(), is_control)) return "holds a control character";
  return "";
}

}  // namespace

Result<std::vector<std::string>> parse_labels(const std::string& text, const std::string& path) {
  const std::vector<std::string> labels = lines_of(text);
  if (labels.empty()) return Error{"model", path + ": holds no labels", "write one label a line"};
  std::map<std::string, std::size_t> line_of;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string fault = fault_of(labels[i]);
    if (!fault.empty()) {
      return Error{"model", fmt::format("{}:{}: the label {}", path, i + 1, fault), ""};
    }
    const auto [earlier, is_new] = line_of.emplace(labels[i], i + 1);
    if (!is_new) {
      return Error{"model",
                   fmt::format("{}:{}: the label {} stands in line {} already", path, i + 1,
                               labels[i], earlier->second),
                   ""};
    }
  }
  return labels;
}

}  // namespace rookery
