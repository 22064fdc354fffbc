// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <math.h>

// The n-th root of a positive number by Newton's iteration, from above.
static double root(double number, int n) {
  double guess = number > 1 ? number : 1;
  for (int i = 0; i < 500; i++) {
    const double next = ((n - 1) * guess + number / pow(guess, n - 1)) / n;
    if (fabs(next - guess) <= 1e-15 * guess) {
      return next;
    }
    guess = next;
  }
  return guess;
}

bool check_newton(void) {
  return fabs(root(2, 2) - 1.4142135623730951) < 1e-12 && fabs(root(1e9, 3) - 1000) < 1e-9 &&
         fabs(root(0.0625, 4) - 0.5) < 1e-12;
}
