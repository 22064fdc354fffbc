// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

using Graph = std::map<std::string, std::map<std::string, int>>;

std::map<std::string, int> distancesFrom(const std::string& start, const Graph& graph) {
  using Candidate = std::pair<int, std::string>;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> frontier;
  std::map<std::string, int> settled;
  frontier.emplace(0, start);
  while (!frontier.empty()) {
    const auto [distance, place] = frontier.top();
    frontier.pop();
    if (!settled.emplace(place, distance).second) {
      continue;
    }
    if (const auto roads = graph.find(place); roads != graph.end()) {
      for (const auto& [next, length] : roads->second) {
        frontier.emplace(distance + length, next);
      }
    }
  }
  return settled;
}

}  // namespace

bool check_dijkstra() {
  const Graph graph{{"a", {{"b", 7}, {"c", 9}, {"f", 14}}},
                    {"b", {{"c", 10}, {"d", 15}}},
                    {"c", {{"d", 11}, {"f", 2}}},
                    {"d", {{"e", 6}}},
                    {"f", {{"e", 9}}},
                    {"z", {{"a", 1}}}};
  const auto found = distancesFrom("a", graph);
  return found.at("e") == 20 && found.at("d") == 20 && found.at("f") == 11 &&
         found.count("z") == 0;
}
