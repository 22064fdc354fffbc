// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>

// Steele, Lea and Flood's SplitMix64: a counter and a mixing function.
static uint64_t next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

bool check_splitmix(void) {
  uint64_t state = 1234567;
  if (next(&state) != UINT64_C(6457827717110365317) ||
      next(&state) != UINT64_C(3203168211198807973)) {
    return false;
  }
  int ones = 0;
  for (int i = 0; i < 1000; i++) {
    ones += next(&state) >> 63;
  }
  return ones > 400 && ones < 600;
}
