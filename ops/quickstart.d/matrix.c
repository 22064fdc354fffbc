// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <math.h>

enum { N = 4 };

// Gaussian elimination with partial pivoting; the argument is destroyed.
static double determinant(double a[N][N]) {
  double result = 1;
  for (int column = 0; column < N; column++) {
    int pivot = column;
    for (int row = column + 1; row < N; row++) {
      if (fabs(a[row][column]) > fabs(a[pivot][column])) {
        pivot = row;
      }
    }
    if (a[pivot][column] == 0) {
      return 0;
    }
    if (pivot != column) {
      for (int k = 0; k < N; k++) {
        const double moved = a[pivot][k];
        a[pivot][k] = a[column][k];
        a[column][k] = moved;
      }
      result = -result;
    }
    result *= a[column][column];
    for (int row = column + 1; row < N; row++) {
      const double factor = a[row][column] / a[column][column];
      for (int k = column; k < N; k++) {
        a[row][k] -= factor * a[column][k];
      }
    }
  }
  return result;
}

bool check_matrix(void) {
  double regular[N][N] = {{2, 0, 0, 1}, {0, 1, 3, 0}, {1, 0, 2, 0}, {0, 4, 0, 1}};
  double singular[N][N] = {{1, 2, 3, 4}, {2, 4, 6, 8}, {1, 0, 1, 0}, {0, 1, 0, 1}};
  return fabs(determinant(regular) + 8) < 1e-9 && fabs(determinant(singular)) < 1e-9;
}
