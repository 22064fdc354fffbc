// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

static unsigned to_gray(unsigned number) { return number ^ number >> 1; }

static unsigned from_gray(unsigned gray) {
  for (unsigned shift = 16; shift > 0; shift /= 2) {
    gray ^= gray >> shift;
  }
  return gray;
}

bool check_gray_code(void) {
  for (unsigned i = 0; i < 5000; i++) {
    const unsigned changed = to_gray(i) ^ to_gray(i + 1);
    if (from_gray(to_gray(i)) != i || (changed & (changed - 1)) != 0) {
      return false;
    }
  }
  return to_gray(4) == 6;
}
