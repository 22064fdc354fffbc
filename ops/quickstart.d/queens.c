// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

// Counts the ways to put n queens on a board: bit sets of the attacked columns and diagonals.
static unsigned place(unsigned n, unsigned columns, unsigned left, unsigned right) {
  const unsigned all = (1u << n) - 1;
  if (columns == all) {
    return 1;
  }
  unsigned solutions = 0;
  for (unsigned free = all & ~(columns | left | right); free != 0; free &= free - 1) {
    const unsigned queen = free & -free;
    solutions += place(n, columns | queen, (left | queen) << 1, (right | queen) >> 1);
  }
  return solutions;
}

bool check_queens(void) {
  return place(1, 0, 0, 0) == 1 && place(3, 0, 0, 0) == 0 && place(6, 0, 0, 0) == 4 &&
         place(8, 0, 0, 0) == 92;
}
