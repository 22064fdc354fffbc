// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <vector>

namespace {

struct Item {
  int weight;
  int value;
};

int bestValue(const std::vector<Item>& items, int capacity) {
  std::vector<int> best(static_cast<std::size_t>(capacity) + 1);
  for (const auto& item : items) {
    for (int room = capacity; room >= item.weight; room--) {
      best[room] = std::max(best[room], best[room - item.weight] + item.value);
    }
  }
  return best.back();
}

}  // namespace

bool check_knapsack() {
  const std::vector<Item> items{{12, 4}, {2, 2}, {1, 1}, {1, 2}, {4, 10}};
  return bestValue(items, 15) == 15 && bestValue(items, 0) == 0 && bestValue(items, 20) == 19;
}
