// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 4648. `out` must hold 4 characters for every 3 bytes begun, and a terminating zero.
static void encode(const char *in, size_t length, char *out) {
  for (size_t i = 0; i < length; i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; k++) {
      group = group << 8 | (i + k < length ? (unsigned char)in[i + k] : 0);
    }
    for (size_t k = 0; k < 4; k++) {
      *out++ = i + k <= length ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  *out = '\0';
}

static bool encodes(const char *plain, const char *expected) {
  char out[64];
  encode(plain, strlen(plain), out);
  return strcmp(out, expected) == 0;
}

bool check_base64(void) {
  return encodes("", "") && encodes("f", "Zg==") && encodes("fo", "Zm8=") &&
         encodes("foo", "Zm9v") && encodes("foobar", "Zm9vYmFy");
}
