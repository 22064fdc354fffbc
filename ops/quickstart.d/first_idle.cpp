// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace {

struct Host {
  std::string name;
  int slots;
  int secondsPerJob;
};

// A model of what compiles this file: every job goes to the first host with a free slot, else it
// waits. All jobs arrive at once; the answer is how many each host ran.
std::unordered_map<std::string, int> simulate(const std::vector<Host>& fastestFirst, int jobs) {
  using Finish = std::tuple<int, std::size_t>;  // when, which host
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> running;
  std::vector<int> active(fastestFirst.size());
  std::unordered_map<std::string, int> served;
  int now = 0;
  while (jobs > 0 || !running.empty()) {
    for (std::size_t i = 0; i < fastestFirst.size(); i++) {
      for (; jobs > 0 && active[i] < fastestFirst[i].slots; jobs--, active[i]++) {
        running.emplace(now + fastestFirst[i].secondsPerJob, i);
        served[fastestFirst[i].name]++;
      }
    }
    const auto [finished, host] = running.top();
    running.pop();
    now = finished;
    active[host]--;
  }
  return served;
}

}  // namespace

bool check_first_idle() {
  const std::vector<Host> farm{{"fast", 4, 1}, {"medium", 2, 2}, {"slow", 2, 4}};
  auto few = simulate(farm, 4);
  auto many = simulate(farm, 88);
  return few["fast"] == 4 && few.size() == 1 &&
         many["fast"] + many["medium"] + many["slow"] == 88 &&
         many["fast"] > 3 * many["medium"] && many["medium"] > many["slow"];
}
