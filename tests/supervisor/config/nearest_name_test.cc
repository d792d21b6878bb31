#include "supervisor/config/nearest_name.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rookery {
namespace {

// The definition, as slow as it is plain.
std::size_t distance_by_definition(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::max(a.size(), b.size());
  const std::size_t replaced =
      distance_by_definition(a.substr(1), b.substr(1)) + (a[0] == b[0] ? 0 : 1);
  return std::min({replaced, distance_by_definition(a.substr(1), b) + 1,
                   distance_by_definition(a, b.substr(1)) + 1});
}

std::string short_word() {
  const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
  return (*letters).substr(0, 6);
}

RC_GTEST_PROP(EditDistance, IsTheLevenshteinDistance, ()) {
  const std::string a = short_word();
  const std::string b = short_word();
  RC_ASSERT(edit_distance(a, b) == distance_by_definition(a, b));
}

RC_GTEST_PROP(NearestName, HasNoNearerCandidate, ()) {
  const std::string name = short_word();
  const std::vector<std::string> candidates = {short_word(), short_word(), short_word()};
  const std::size_t nearest = edit_distance(name, nearest_name(name, candidates));
  for (const std::string& candidate : candidates) {
    RC_ASSERT(nearest <= edit_distance(name, candidate));
  }
}

TEST(NearestName, FindsADottedNameByItsLastPart) {
  EXPECT_EQ(nearest_name("treshold", {"threads", "postprocess.threshold"}),
            "postprocess.threshold");
}

}  // namespace
}  // namespace rookery
