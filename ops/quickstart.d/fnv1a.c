// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>

static uint64_t fnv1a(const char *text) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (; *text != '\0'; text++) {
    hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
  }
  return hash;
}

bool check_fnv1a(void) {
  return fnv1a("") == UINT64_C(0xCBF29CE484222325) && fnv1a("a") == UINT64_C(0xAF63DC4C8601EC8C) &&
         fnv1a("foobar") == UINT64_C(0x85944171F73967E8);
}
