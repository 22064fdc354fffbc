// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stddef.h>

static void sift_down(int *heap, size_t root, size_t length) {
  for (size_t child; (child = 2 * root + 1) < length; root = child) {
    if (child + 1 < length && heap[child] < heap[child + 1]) {
      child++;
    }
    if (heap[root] >= heap[child]) {
      return;
    }
    const int moved = heap[root];
    heap[root] = heap[child];
    heap[child] = moved;
  }
}

static void heapsort(int *values, size_t length) {
  for (size_t i = length / 2; i-- > 0;) {
    sift_down(values, i, length);
  }
  while (length > 1) {
    const int largest = values[0];
    values[0] = values[--length];
    values[length] = largest;
    sift_down(values, 0, length);
  }
}

bool check_heapsort(void) {
  int values[500];
  for (int i = 0; i < 500; i++) {
    values[i] = i * 7919 % 500;
  }
  heapsort(values, 500);
  for (int i = 0; i < 500; i++) {
    if (values[i] != i) {
      return false;
    }
  }
  return true;
}
