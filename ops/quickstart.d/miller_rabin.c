// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>

static uint32_t power(uint64_t base, uint32_t exponent, uint32_t modulus) {
  uint64_t result = 1;
  for (base %= modulus; exponent > 0; exponent >>= 1) {
    if (exponent & 1) {
      result = result * base % modulus;
    }
    base = base * base % modulus;
  }
  return (uint32_t)result;
}

// Exact for 32 bits: 2, 7 and 61 have no common strong pseudoprime below 4,759,123,141.
static bool is_prime(uint32_t n) {
  const uint32_t witnesses[] = {2, 7, 61};
  if (n < 2 || (n % 2 == 0 && n != 2)) {
    return false;
  }
  uint32_t odd = n - 1;
  int twos = 0;
  for (; odd % 2 == 0 && odd > 0; odd /= 2) {
    twos++;
  }
  for (int i = 0; i < 3; i++) {
    if (witnesses[i] % n == 0) {
      continue;
    }
    uint64_t x = power(witnesses[i], odd, n);
    bool passed = x == 1 || x == n - 1;
    for (int k = 1; k < twos && !passed; k++) {
      x = x * x % n;
      passed = x == n - 1;
    }
    if (!passed) {
      return false;
    }
  }
  return true;
}

bool check_miller_rabin(void) {
  int primes = 0;
  for (uint32_t n = 0; n < 10000; n++) {
    primes += is_prime(n);
  }
  return primes == 1229 && is_prime(4294967291u) && !is_prime(3215031751u);
}
