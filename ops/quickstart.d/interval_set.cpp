// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace {

// A set of integers kept as disjoint half-open intervals; neighbours are merged.
class IntervalSet {
 public:
  void add(int from, int to) {
    auto at = intervals_.upper_bound(from);
    if (at != intervals_.begin() && std::prev(at)->second >= from) {
      at--;
    }
    while (at != intervals_.end() && at->first <= to) {
      from = std::min(from, at->first);
      to = std::max(to, at->second);
      at = intervals_.erase(at);
    }
    intervals_.emplace(from, to);
  }

  bool contains(int value) const {
    const auto after = intervals_.upper_bound(value);
    return after != intervals_.begin() && value < std::prev(after)->second;
  }

  std::size_t pieces() const { return intervals_.size(); }

 private:
  std::map<int, int> intervals_;
};

}  // namespace

bool check_interval_set() {
  IntervalSet set;
  set.add(10, 20);
  set.add(30, 40);
  if (set.pieces() != 2 || set.contains(25) || !set.contains(30) || set.contains(40)) {
    return false;
  }
  set.add(20, 30);
  set.add(0, 5);
  return set.pieces() == 2 && set.contains(25) && set.contains(0) && !set.contains(7);
}
