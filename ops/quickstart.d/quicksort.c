// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stddef.h>

static void swap(int *a, int *b) {
  const int moved = *a;
  *a = *b;
  *b = moved;
}

// Three-way partition around the median of three; recursion only into the shorter part.
static void quicksort(int *low, int *high) {
  while (high - low > 1) {
    int *middle = low + (high - low) / 2;
    if (*middle < *low) {
      swap(middle, low);
    }
    if (high[-1] < *middle) {
      swap(middle, high - 1);
      if (*middle < *low) {
        swap(middle, low);
      }
    }
    const int pivot = *middle;
    int *less = low, *greater = high;
    for (int *i = low; i < greater;) {
      if (*i < pivot) {
        swap(i++, less++);
      } else if (*i > pivot) {
        swap(i, --greater);
      } else {
        i++;
      }
    }
    if (less - low < high - greater) {
      quicksort(low, less);
      low = greater;
    } else {
      quicksort(greater, high);
      high = less;
    }
  }
}

bool check_quicksort(void) {
  enum { COUNT = 1000 };
  int values[COUNT];
  unsigned long sum = 0;
  for (int i = 0; i < COUNT; i++) {
    values[i] = i * i % 257;
    sum += (unsigned)values[i];
  }
  quicksort(values, values + COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    sum -= (unsigned)values[i];
    if (i > 0 && values[i - 1] > values[i]) {
      return false;
    }
  }
  return sum == 0;
}
