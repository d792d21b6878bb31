// One map of a model card, read strictly. The first error is kept and the reading goes on with
// fallbacks, so that the readers are free of error handling; what they return counts only if there
// was no error.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"
#include "supervisor/config/value_kinds.h"

namespace rookery {

struct CardErrors {
  std::string card_path;
  std::optional<Error> first;
  bool first_is_absence = false;

  // Keeps an error of stage "model" at the node's line, unless there is one already.
  void report(const YAML::Node& node, const std::string& reason, const std::string& remedy = "");
  // The same for a key that is missing, and for one that nobody knows. The second takes the first's
  // place: it may be the missing key, misspelt.
  void report_absent(const YAML::Node& node, const std::string& reason);
  void report_unknown(const YAML::Node& node, const std::string& reason);
};

class CardMap {
 public:
  // `name` is the map's dotted name, "" for the whole card. A node that is no map is an error.
  CardMap(const YAML::Node& node, std::string name, CardErrors& errors);

  bool has(const std::string& key) const;
  // The value, or `fallback` if the key is absent or its value is not allowed (an error).
  template <class T>
  T get(const std::string& key, const Kind<T>& kind, T fallback) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return fallback;
    auto value = kind.read(node);
    if (value) return std::move(*value);
    report_refused(key, node, kind.allowed, kind.reserved);
    return fallback;
  }
  // The same; an absent key is an error.
  template <class T>
  T require(const std::string& key, const Kind<T>& kind) {
    if (!has(key)) report_absent(key, kind.allowed);
    return get(key, kind, T{});
  }
  // The node of a key, undefined if absent. The key counts as known.
  YAML::Node take(const std::string& key);
  CardMap map(const std::string& key) { return {take(key), full_name(key), errors_}; }
  void report(const std::string& key, const std::string& reason);

  // To be called when every key has been asked for: any other key is an error.
  void refuse_unknown_keys();

 private:
  std::string full_name(const std::string& key) const;
  void report_absent(const std::string& key, const std::string& allowed);
  void report_refused(const std::string& key, const YAML::Node& node, const std::string& allowed,
                      const std::vector<std::string>& reserved);

  YAML::Node node_;
  std::string name_;
  CardErrors& errors_;
  std::vector<std::string> known_;
};

}  // namespace rookery
