// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdio.h>

static const struct {
  const char *name;
  bool (*check)(void);
} checks[] = {
#define ROW(name) {#name, check_##name},
    ALGORITHMS(ROW)};

int main(void) {
  const unsigned count = sizeof checks / sizeof checks[0];
  unsigned failed = 0;
  for (unsigned i = 0; i < count; i++) {
    if (!checks[i].check()) {
      printf("%s is wrong\n", checks[i].name);
      failed++;
    }
  }
  printf("%u of %u self checks passed\n", count - failed, count);
  return failed != 0;
}
