// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>
#include <string.h>

// The checksum of zlib streams (RFC 1950): two sums modulo the largest prime below 2^16.
static uint32_t adler32(const char *bytes, size_t length) {
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < length; i++) {
    a = (a + (unsigned char)bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

bool check_adler32(void) {
  const char *text = "Wikipedia";
  return adler32(text, strlen(text)) == 0x11E60398 && adler32("", 0) == 1;
}
