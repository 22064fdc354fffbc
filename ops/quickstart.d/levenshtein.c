// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <string.h>

enum { LONGEST = 64 };

// The least number of insertions, deletions and substitutions that turn one word into the other.
static int distance(const char *from, const char *to) {
  const int width = (int)strlen(to);
  int row[LONGEST + 1];
  for (int x = 0; x <= width; x++) {
    row[x] = x;
  }
  for (int y = 1; from[y - 1] != '\0'; y++) {
    int diagonal = row[0];
    row[0] = y;
    for (int x = 1; x <= width; x++) {
      const int substituted = diagonal + (from[y - 1] != to[x - 1]);
      const int shifted = 1 + (row[x - 1] < row[x] ? row[x - 1] : row[x]);
      diagonal = row[x];
      row[x] = substituted < shifted ? substituted : shifted;
    }
  }
  return row[width];
}

bool check_levenshtein(void) {
  return distance("kitten", "sitting") == 3 && distance("", "abc") == 3 &&
         distance("flaw", "lawn") == 2 && distance("same", "same") == 0;
}
