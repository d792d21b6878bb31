// Kinds of configuration values: what is allowed, how YAML is read, how it is written back.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery {

template <class T>
struct Kind {
  std::string allowed;                                      // in words
  std::function<std::optional<T>(const YAML::Node&)> read;  // nullopt: not allowed
  std::function<std::string(const T&)> print;               // read() takes it back
  std::vector<std::string> reserved = {};                   // words of a later release
  bool is_path = false;                                     // or a list of such
};

// A word that stands for a number outside the range, such as `auto` for 0 workers.
template <class T>
struct Word {
  std::string text;
  T value = {};
};

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

template <class Integer>  // std::int32_t or std::int64_t
Kind<Integer> whole_number(std::int64_t low, std::int64_t high,
                           const std::optional<Word<Integer>>& word = std::nullopt);
Kind<std::int32_t> odd_number(std::int64_t low, std::int64_t high);
Kind<double> real_number(double low, double high,
                         const std::optional<Word<double>>& word = std::nullopt);
Kind<bool> boolean();
Kind<std::string> one_of(const std::vector<std::string>& names);
// `mix`, `each`, or the number of a channel.
Kind<std::string> channel();
// A value of `timestamps`, see supervisor/timestamps.
Kind<std::string> timestamps();
// `none`, or a value of `max_time` or `until`, see supervisor/run_time.
Kind<std::string> duration();
Kind<std::string> time_of_day();
// `none`, or a size, see supervisor/byte_size.
Kind<std::string> byte_size();
// A value of `max_failed`, see supervisor/failure_budget.
Kind<std::string> failure_budget();
// A text that is not empty; a list of such.
Kind<std::string> text();
Kind<std::vector<std::string>> texts();
// A path, byte for byte: in YAML a byte that is no UTF-8 is written as encode_key() does.
Kind<std::string> path();
Kind<std::vector<std::string>> paths();
// The same, a single one written as a path.
Kind<std::vector<std::string>> one_or_more_paths();
// SHA-256 digests, 64 hexadecimal digits each; a list of such or a single one. Kept in lower case.
Kind<std::vector<std::string>> digests();
// A list of some of `names`, each kept once, or one text with commas.
Kind<std::vector<std::string>> some_of(const std::vector<std::string>& names);
Kind<std::map<std::string, double>> numbers_by_label(double low, double high);
// Environment variables.
Kind<std::map<std::string, std::string>> variables();

// "a, b or c".
std::string in_words(const std::vector<std::string>& names);

template <class Enum>
Kind<Enum> choice(Choices<Enum> choices, std::vector<std::string> reserved = {}) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  const auto read = [choices](const YAML::Node& node) -> std::optional<Enum> {
    for (const auto& [name, value] : choices) {
      if (node.IsScalar() && node.Scalar() == name) return value;
    }
    return std::nullopt;
  };
  const auto print = [choices](const Enum& wanted) -> std::string {
    for (const auto& [name, value] : choices) {
      if (value == wanted) return name;
    }
    return "";
  };
  return {in_words(names), read, print, std::move(reserved)};
}

}  // namespace rookery
