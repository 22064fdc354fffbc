// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace {

class DisjointSets {
 public:
  explicit DisjointSets(int count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }

  bool join(int a, int b) {
    a = find(a);
    b = find(b);
    return std::exchange(parent_[a], b) != b && a != b;
  }

 private:
  int find(int element) {
    while (parent_[element] != element) {
      element = parent_[element] = parent_[parent_[element]];
    }
    return element;
  }

  std::vector<int> parent_;
};

struct Edge {
  int from, to, weight;
};

int spanningTreeWeight(int vertices, std::vector<Edge> edges) {
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.weight < b.weight; });
  DisjointSets components(vertices);
  return std::accumulate(edges.begin(), edges.end(), 0, [&](int total, const Edge& edge) {
    return components.join(edge.from, edge.to) ? total + edge.weight : total;
  });
}

}  // namespace

bool check_kruskal() {
  return spanningTreeWeight(7, {{0, 1, 7}, {0, 3, 5}, {1, 2, 8}, {1, 3, 9}, {1, 4, 7}, {2, 4, 5},
                                {3, 4, 15}, {3, 5, 6}, {4, 5, 8}, {4, 6, 9}, {5, 6, 11}}) == 39;
}
