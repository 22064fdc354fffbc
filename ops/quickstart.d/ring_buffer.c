// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stddef.h>

enum { CAPACITY = 8 }; // a power of two: positions run on and are masked

struct ring {
  int slots[CAPACITY];
  size_t written, read;
};

static bool put(struct ring *ring, int value) {
  if (ring->written - ring->read == CAPACITY) {
    return false;
  }
  ring->slots[ring->written++ & (CAPACITY - 1)] = value;
  return true;
}

static bool take(struct ring *ring, int *value) {
  if (ring->written == ring->read) {
    return false;
  }
  *value = ring->slots[ring->read++ & (CAPACITY - 1)];
  return true;
}

bool check_ring_buffer(void) {
  struct ring ring = {{0}, 0, 0};
  int next = 0, expected = 0, value;
  for (int round = 0; round < 50; round++) {
    for (int i = 0; i < 1 + round % CAPACITY; i++) {
      if (!put(&ring, next++)) {
        return false;
      }
    }
    while (take(&ring, &value)) {
      if (value != expected++) {
        return false;
      }
    }
  }
  for (int i = 0; i < CAPACITY; i++) {
    put(&ring, i);
  }
  return expected == next && !put(&ring, 0);
}
