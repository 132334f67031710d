/* Branches that are hard to foresee: a sieve, a CRC, and a machine of states over a text. */
#include "kernel.h"

#define LIMIT 200000
static uint8_t composite[LIMIT];
static uint32_t table[256];
static uint8_t text[65536];

static uint32_t sieve(void) {
  uint32_t count = 0;
  for (int i = 0; i < LIMIT; i++) composite[i] = 0;
  for (int i = 2; i < LIMIT; i++) {
    if (composite[i]) continue;
    count++;
    for (int64_t j = (int64_t)i * i; j < LIMIT; j += i) composite[j] = 1;
  }
  return count;
}

static uint32_t crc(void) {
  uint32_t c = ~0u;
  for (int i = 0; i < 65536; i++) c = table[(c ^ text[i]) & 255] ^ c >> 8;
  return ~c;
}

static uint32_t words(void) {
  uint32_t state = 0, found = 0, number = 0;
  for (int i = 0; i < 65536; i++) {
    uint8_t ch = text[i];
    switch (state) {
      case 0:
        if (ch >= 'a' && ch <= 'z') state = 1;
        else if (ch >= '0' && ch <= '9') state = 2, number = ch - '0';
        else if (ch == '"') state = 3;
        break;
      case 1:
        if (ch < 'a' || ch > 'z') state = 0, found++;
        break;
      case 2:
        if (ch >= '0' && ch <= '9') number = number * 10 + ch - '0';
        else state = 0, found += number & 15;
        break;
      default:
        if (ch == '"') state = 0, found += 3;
        else if (ch == '\\') i++;
    }
  }
  return found;
}

EXPORT int32_t run(int32_t times) {
  static const char letters[] = "abcdefgh 0123456789 \"\\xyz,.(){} qrst";
  uint32_t random = 12345, result = 0;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  for (int32_t n = 0; n < times; n++) {
    for (int i = 0; i < 65536; i++) {
      random = random * 1103515245 + 12345;
      text[i] = (uint8_t)letters[(random >> 16) % (sizeof letters - 1)];
    }
    result = result * 31 + sieve() + crc() + words();
  }
  return (int32_t)result;
}
