/*
 * What both halves of the kernels share. Each kernel is an export; it does n times about the same
 * work and returns a check, so that nothing is left out.
 */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name), noinline)) int64_t name(int32_t n)

static uint32_t seed;

static inline uint32_t next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

static uint8_t bytes[1 << 20];
static uint32_t words[1 << 16];
