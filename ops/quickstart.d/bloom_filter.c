// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>

enum { BITS = 4096, HASHES = 4 };

struct bloom {
  uint64_t words[BITS / 64];
};

static uint32_t hash(uint32_t key, uint32_t seed) {
  key ^= seed * 0x9E3779B9u;
  key = (key ^ key >> 16) * 0x85EBCA6Bu;
  key = (key ^ key >> 13) * 0xC2B2AE35u;
  return (key ^ key >> 16) % BITS;
}

static void add(struct bloom *bloom, uint32_t key) {
  for (uint32_t i = 1; i <= HASHES; i++) {
    const uint32_t bit = hash(key, i);
    bloom->words[bit / 64] |= UINT64_C(1) << bit % 64;
  }
}

static bool may_contain(const struct bloom *bloom, uint32_t key) {
  for (uint32_t i = 1; i <= HASHES; i++) {
    const uint32_t bit = hash(key, i);
    if (!(bloom->words[bit / 64] >> bit % 64 & 1)) {
      return false;
    }
  }
  return true;
}

bool check_bloom_filter(void) {
  struct bloom bloom = {{0}};
  for (uint32_t key = 0; key < 200; key++) {
    add(&bloom, key);
  }
  int strangers = 0;
  for (uint32_t key = 0; key < 200; key++) {
    if (!may_contain(&bloom, key)) {
      return false;
    }
    strangers += may_contain(&bloom, key + 100000);
  }
  return strangers < 10;
}
