// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdlib.h>
#include <string.h>

struct item {
  int key;
  int arrival;
};

// Stable: items of equal keys keep their order of arrival.
static void mergesort(struct item *items, struct item *scratch, size_t length) {
  if (length < 2) {
    return;
  }
  const size_t half = length / 2;
  mergesort(items, scratch, half);
  mergesort(items + half, scratch, length - half);
  memcpy(scratch, items, half * sizeof *items);
  size_t left = 0, right = half, out = 0;
  while (left < half) {
    if (right < length && items[right].key < scratch[left].key) {
      items[out++] = items[right++];
    } else {
      items[out++] = scratch[left++];
    }
  }
}

bool check_mergesort(void) {
  enum { COUNT = 300 };
  struct item *items = malloc(2 * COUNT * sizeof *items);
  if (items == NULL) {
    return false;
  }
  for (int i = 0; i < COUNT; i++) {
    items[i] = (struct item){i * 31 % 17, i};
  }
  mergesort(items, items + COUNT, COUNT);
  bool sorted = true;
  for (int i = 1; i < COUNT; i++) {
    const struct item a = items[i - 1], b = items[i];
    sorted = sorted && (a.key < b.key || (a.key == b.key && a.arrival < b.arrival));
  }
  free(items);
  return sorted;
}
