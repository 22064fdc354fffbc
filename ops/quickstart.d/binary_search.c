// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stddef.h>

// The index of the first element that is not below `key`; `length` when all are.
static size_t lower_bound(const int *sorted, size_t length, int key) {
  size_t low = 0, high = length;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (sorted[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool check_binary_search(void) {
  const int sorted[] = {1, 3, 3, 5, 8, 13};
  return lower_bound(sorted, 6, 0) == 0 && lower_bound(sorted, 6, 3) == 1 &&
         lower_bound(sorted, 6, 4) == 3 && lower_bound(sorted, 6, 14) == 6 &&
         lower_bound(sorted, 0, 1) == 0;
}
