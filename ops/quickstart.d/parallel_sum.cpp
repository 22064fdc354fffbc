// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <future>
#include <numeric>
#include <vector>

namespace {

template <typename Iterator>
long parallelSum(Iterator from, Iterator to) {
  const auto length = to - from;
  if (length < 1000) {
    return std::accumulate(from, to, 0L);
  }
  const auto middle = from + length / 2;
  auto left = std::async(std::launch::async, parallelSum<Iterator>, from, middle);
  const long right = parallelSum(middle, to);
  return left.get() + right;
}

}  // namespace

bool check_parallel_sum() {
  std::vector<long> numbers(5000);
  std::iota(numbers.begin(), numbers.end(), 1);
  return parallelSum(numbers.begin(), numbers.end()) == 5000L * 5001 / 2;
}
