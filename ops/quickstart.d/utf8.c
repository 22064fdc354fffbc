// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>

// The number of code points in a string, or -1 when it is not well-formed UTF-8 (RFC 3629).
static int count_code_points(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  int count = 0;
  for (; *at != 0; count++) {
    const unsigned char first = *at++;
    const int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1
                                    : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
    if (more < 0) {
      return -1;
    }
    uint32_t point = more == 0 ? first : first & (0x3Fu >> more);
    for (int i = 0; i < more; i++, at++) {
      if ((*at & 0xC0) != 0x80) {
        return -1;
      }
      point = point << 6 | (*at & 0x3F);
    }
    const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      return -1;
    }
  }
  return count;
}

bool check_utf8(void) {
  return count_code_points("plain") == 5 && count_code_points("Z\xC3\xBCrich") == 6 &&
         count_code_points("\xF0\x9F\x8D\x8A") == 1 && count_code_points("\xC0\xAF") == -1 &&
         count_code_points("\xED\xA0\x80") == -1 && count_code_points("\xE2\x82") == -1;
}
