// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>
#include <string.h>

enum { COUNT = 400 };

// Least significant byte first: four stable counting passes over 32-bit keys.
static void radix_sort(uint32_t keys[COUNT]) {
  uint32_t sorted[COUNT];
  for (unsigned shift = 0; shift < 32; shift += 8) {
    size_t start[257] = {0};
    for (size_t i = 0; i < COUNT; i++) {
      start[(keys[i] >> shift & 255) + 1]++;
    }
    for (size_t digit = 0; digit < 256; digit++) {
      start[digit + 1] += start[digit];
    }
    for (size_t i = 0; i < COUNT; i++) {
      sorted[start[keys[i] >> shift & 255]++] = keys[i];
    }
    memcpy(keys, sorted, sizeof sorted);
  }
}

bool check_radix_sort(void) {
  uint32_t keys[COUNT];
  uint32_t mixed = 0;
  for (uint32_t i = 0; i < COUNT; i++) {
    keys[i] = i * 2654435761u;
    mixed ^= keys[i];
  }
  radix_sort(keys);
  for (size_t i = 0; i < COUNT; i++) {
    mixed ^= keys[i];
    if (i > 0 && keys[i - 1] > keys[i]) {
      return false;
    }
  }
  return mixed == 0;
}
