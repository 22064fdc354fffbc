// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <string.h>

enum { SIDE = 8 };

// One generation of Conway's game on a torus of SIDE x SIDE cells.
static void step(unsigned char cells[SIDE][SIDE]) {
  unsigned char next[SIDE][SIDE];
  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) {
      int neighbours = -cells[y][x];
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          neighbours += cells[(y + dy + SIDE) % SIDE][(x + dx + SIDE) % SIDE];
        }
      }
      next[y][x] = neighbours == 3 || (neighbours == 2 && cells[y][x]);
    }
  }
  memcpy(cells, next, sizeof next);
}

bool check_game_of_life(void) {
  unsigned char glider[SIDE][SIDE] = {{0, 1, 0}, {0, 0, 1}, {1, 1, 1}};
  unsigned char start[SIDE][SIDE];
  memcpy(start, glider, sizeof start);

  for (int generation = 0; generation < 4; generation++) {
    step(glider);
  }

  for (int y = 0; y < SIDE; y++) { // four generations move a glider one cell down and right
    for (int x = 0; x < SIDE; x++) {
      if (glider[(y + 1) % SIDE][(x + 1) % SIDE] != start[y][x]) {
        return false;
      }
    }
  }
  return true;
}
