// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// "aaab" <-> "3a1b"; the text must not hold digits.
static void encode(const char *text, char *out) {
  *out = '\0';
  while (*text != '\0') {
    const size_t run = strspn(text, (const char[]){*text, '\0'});
    out += sprintf(out, "%zu%c", run, *text);
    text += run;
  }
}

static void decode(const char *encoded, char *out) {
  while (isdigit((unsigned char)*encoded)) {
    char *symbol;
    const unsigned long run = strtoul(encoded, &symbol, 10);
    memset(out, *symbol, run);
    out += run;
    encoded = symbol + 1;
  }
  *out = '\0';
}

bool check_run_length(void) {
  const char *text = "WWWWWWWWWWWWBWWWWWWWWBBB";
  char packed[64], unpacked[64];
  encode(text, packed);
  decode(packed, unpacked);
  return strcmp(packed, "12W1B8W3B") == 0 && strcmp(unpacked, text) == 0;
}
