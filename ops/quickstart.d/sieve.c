// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdlib.h>

// Eratosthenes; the number of primes below `limit`, or -1 without memory.
static int count_primes(size_t limit) {
  unsigned char *composite = calloc(limit, 1);
  if (composite == NULL) {
    return -1;
  }
  int count = 0;
  for (size_t n = 2; n < limit; n++) {
    if (!composite[n]) {
      count++;
      for (size_t multiple = n * n; multiple < limit; multiple += n) {
        composite[multiple] = 1;
      }
    }
  }
  free(composite);
  return count;
}

bool check_sieve(void) { return count_primes(100) == 25 && count_primes(1000000) == 78498; }
