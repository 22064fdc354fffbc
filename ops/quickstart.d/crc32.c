// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <stdint.h>
#include <string.h>

// The CRC of Ethernet, gzip and PNG: reflected polynomial 0xEDB88320, a table of one byte's steps.
static uint32_t crc32(const char *bytes, size_t length) {
  uint32_t table[256];
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) {
      value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0);
    }
    table[i] = value;
  }
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < length; i++) {
    crc = crc >> 8 ^ table[(crc ^ (unsigned char)bytes[i]) & 255];
  }
  return ~crc;
}

bool check_crc32(void) {
  const char *text = "123456789";
  return crc32(text, strlen(text)) == 0xCBF43926 && crc32("", 0) == 0;
}
