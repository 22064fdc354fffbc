// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

using Prerequisites = std::map<std::string, std::set<std::string>>;

// An order in which everything comes after what it needs; nothing when there is a cycle.
std::optional<std::vector<std::string>> order(Prerequisites needs) {
  for (const auto& [_, wanted] : Prerequisites(needs)) {
    for (const auto& name : wanted) needs[name];
  }
  std::vector<std::string> sorted;
  while (!needs.empty()) {
    const auto ready = std::find_if(needs.begin(), needs.end(),
                                    [](const auto& entry) { return entry.second.empty(); });
    if (ready == needs.end()) {
      return std::nullopt;
    }
    sorted.push_back(ready->first);
    needs.erase(ready);
    for (auto& entry : needs) entry.second.erase(sorted.back());
  }
  return sorted;
}

}  // namespace

bool check_topological_sort() {
  const auto sorted = order({{"link", {"a.o", "b.o"}}, {"a.o", {"a.c"}}, {"b.o", {"b.c"}}});
  return sorted &&
         *sorted == std::vector<std::string>{"a.c", "a.o", "b.c", "b.o", "link"} &&
         !order({{"egg", {"hen"}}, {"hen", {"egg"}}});
}
