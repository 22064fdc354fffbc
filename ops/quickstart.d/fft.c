// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <complex.h>
#include <math.h>
#include <stddef.h>

enum { SIZE = 64 };
static const double two_pi = 6.283185307179586;

// Cooley and Tukey, radix 2, in place: `length` is a power of two, `sign` -1 forward, +1 back.
static void transform(double complex *x, size_t length, int sign) {
  if (length == 1) {
    return;
  }
  double complex even[SIZE / 2], odd[SIZE / 2];
  for (size_t i = 0; i < length / 2; i++) {
    even[i] = x[2 * i];
    odd[i] = x[2 * i + 1];
  }
  transform(even, length / 2, sign);
  transform(odd, length / 2, sign);
  for (size_t i = 0; i < length / 2; i++) {
    const double complex turn = cexp(I * sign * two_pi * (double)i / (double)length) * odd[i];
    x[i] = even[i] + turn;
    x[i + length / 2] = even[i] - turn;
  }
}

bool check_fft(void) {
  double complex x[SIZE];
  for (int i = 0; i < SIZE; i++) {
    x[i] = cos(two_pi * 5 * i / SIZE);
  }

  transform(x, SIZE, -1);
  for (int i = 0; i < SIZE; i++) {
    const double expected = i == 5 || i == SIZE - 5 ? SIZE / 2.0 : 0;
    if (fabs(cabs(x[i]) - expected) > 1e-9) {
      return false;
    }
  }

  transform(x, SIZE, 1);
  for (int i = 0; i < SIZE; i++) {
    if (cabs(x[i] / SIZE - cos(two_pi * 5 * i / SIZE)) > 1e-9) {
      return false;
    }
  }
  return true;
}
