// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <cmath>
#include <random>

namespace {

double estimatePi(int throws) {
  std::mt19937 random(2003);
  std::uniform_real_distribution<double> coordinate(-1, 1);
  int inside = 0;
  for (int i = 0; i < throws; i++) {
    inside += std::hypot(coordinate(random), coordinate(random)) < 1;
  }
  return 4.0 * inside / throws;
}

}  // namespace

bool check_monte_carlo() {
  std::mt19937 random;  // the standard fixes the 10,000th number of the default seed
  random.discard(9999);
  return random() == 4123659995u && std::fabs(estimatePi(200000) - 3.14159265) < 0.02;
}
