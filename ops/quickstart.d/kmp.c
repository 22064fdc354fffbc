// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <string.h>

enum { LONGEST_PATTERN = 64 };

// Knuth, Morris and Pratt: counts the matches, overlapping ones too, without ever backing up.
static int count_matches(const char *text, const char *pattern) {
  size_t border[LONGEST_PATTERN] = {0};
  const size_t length = strlen(pattern);
  for (size_t i = 1, k = 0; i < length; i++) {
    while (k > 0 && pattern[i] != pattern[k]) {
      k = border[k - 1];
    }
    k += pattern[i] == pattern[k];
    border[i] = k;
  }
  int found = 0;
  for (size_t k = 0; *text != '\0'; text++) {
    while (k > 0 && *text != pattern[k]) {
      k = border[k - 1];
    }
    k += *text == pattern[k];
    if (k == length) {
      found++;
      k = border[k - 1];
    }
  }
  return found;
}

bool check_kmp(void) {
  return count_matches("abababab", "abab") == 3 && count_matches("aaaa", "b") == 0 &&
         count_matches("abcabcabd", "abcabd") == 1;
}
