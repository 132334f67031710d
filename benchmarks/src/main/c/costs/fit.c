/* The kernels that the table of costs is fitted on; the others are in judge.c. */
#include "kernel.h"

/* ---- one kind of work each ---- */

EXPORT(fit_integers) {
  uint32_t a = 1, b = 2, c = 3, d = 5;
  for (int32_t i = 0; i < n * 1000; i++) {
    a = (a + b) ^ (c << 7), b = (b ^ d) + (a >> 3), c = (c & 0xff00ff) | (a + i), d = d - c + (b << 1);
    a += d >> 5, b ^= c, c += a & d, d ^= b | 1;
  }
  return a ^ b ^ c ^ d;
}

EXPORT(fit_longs) {
  uint64_t a = 1, b = 2, c = 3;
  for (int32_t i = 0; i < n * 1000; i++) {
    a = (a + b) ^ (c << 9), b = (b ^ c) + (a >> 11), c = (c | 7) + (a ^ (uint64_t)i);
    a = a << 17 | a >> 47, b += c & a;
  }
  return (int64_t)(a ^ b ^ c);
}

EXPORT(fit_multiply) {
  uint64_t x = 88172645463325252ull, sum = 0;
  for (int32_t i = 0; i < n * 1000; i++) {
    x = x * 6364136223846793005ull + 1442695040888963407ull;
    sum += (x >> 33) * (uint64_t)(uint32_t)i;
  }
  return (int64_t)sum;
}

EXPORT(fit_divide) {
  uint32_t x = 123456789, sum = 0;
  for (int32_t i = 1; i < n * 1000; i++) {
    x = x * 1664525 + 1013904223;
    sum += x / ((uint32_t)i | 3) + x % ((uint32_t)(i >> 2) | 1);
  }
  return sum;
}

EXPORT(fit_reals) {
  double a = 1.0, b = 0.5, c = 0.25, d = 0.125;
  for (int32_t i = 0; i < n * 1000; i++) {
    a = a * 0.999 + b * 0.001, b = b * 0.998 + c * 0.002, c = c * 0.997 + d * 0.003;
    d = d * 0.996 + a * 0.004;
  }
  return (int64_t)((a + b + c + d) * 1e9);
}

EXPORT(fit_roots) {
  double sum = 0;
  for (int32_t i = 1; i < n * 1000; i++) {
    double x = i;
    sum += __builtin_sqrt(x) / (x + 1.5);
  }
  return (int64_t)(sum * 1e6);
}

EXPORT(fit_convert) {
  double sum = 0;
  int64_t whole = 0;
  for (int32_t i = 0; i < n * 1000; i++) {
    float f = (float)(i & 1023) * 0.37f;
    sum += (double)f;
    whole += (int32_t)(f * 3.0f) + (int64_t)(sum * 1e-6);
  }
  return whole;
}

EXPORT(fit_round) {
  double sum = 0;
  for (int32_t i = 0; i < n * 1000; i++) {
    double x = (i & 0xffff) * 0.618;
    sum += __builtin_floor(x) - __builtin_trunc(x * 0.5) + __builtin_ceil(-x);
    sum = __builtin_fabs(sum) * 0.5;
  }
  return (int64_t)sum;
}

EXPORT(fit_load) {
  uint64_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 16; i += 4) {
      sum += words[i] + (words[i + 1] ^ words[i + 2]) + words[i + 3];
    }
    sum ^= sum << 1;
  }
  return (int64_t)sum;
}

EXPORT(fit_store) {
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 16; i++) {
      words[i] = (uint32_t)(i ^ k);
    }
  }
  return words[77];
}

EXPORT(fit_bytes) {
  uint32_t a = 1, b = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 16; i++) {
      a += bytes[i], b += a;
      bytes[i] = (uint8_t)b;
    }
  }
  return a ^ b;
}

/* One branch in three is a matter of luck. */
EXPORT(fit_branch) {
  uint32_t count = 0, state = 7;
  seed = 99;
  for (int32_t i = 0; i < n * 1000; i++) {
    uint32_t r = next();
    if (i & 4) {
      if (r & 2) count += state;
      else state ^= r;
    } else if (i & 3) {
      count ^= r >> 3;
    } else {
      state = state * 5 + 1;
      if (state & 0x700) count--;
    }
  }
  return count;
}

/* Each load says where the next one is; all lie in the nearest cache. */
EXPORT(fit_chain) {
  uint32_t at = 1;
  for (int i = 0; i < 1024; i++) words[i] = (uint32_t)(i * 769 + 11);
  for (int32_t i = 0; i < n * 1000; i++) at = words[(at ^ (uint32_t)i) & 1023] + (at >> 9);
  return at;
}

EXPORT(fit_switch) {
  uint32_t x = 1;
  seed = 5;
  for (int32_t i = 0; i < n * 1000; i++) {
    switch ((i & 3 ? (uint32_t)i >> 1 : next()) & 7) {
      case 0: x += 3; break;
      case 1: x ^= 0x55; break;
      case 2: x <<= 1; break;
      case 3: x -= 7; break;
      case 4: x |= 16; break;
      case 5: x *= 3; break;
      case 6: x = ~x; break;
      default: x >>= 1;
    }
  }
  return x;
}

static int32_t tak(int32_t x, int32_t y, int32_t z) {
  return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

EXPORT(fit_calls) {
  int64_t sum = 0;
  for (int32_t i = 0; i < n; i++) sum += tak(12 + (i & 1), 8, 4);
  return sum;
}

typedef uint32_t operation(uint32_t);
static uint32_t plus(uint32_t x) { return x + 7; }
static uint32_t minus(uint32_t x) { return x - 3; }
static uint32_t mix(uint32_t x) { return x ^ x << 3; }
static uint32_t half(uint32_t x) { return x >> 1; }
static operation *volatile operations[4] = {plus, minus, mix, half};

EXPORT(fit_indirect) {
  uint32_t x = 1;
  for (int32_t i = 0; i < n * 1000; i++) x = operations[i & 3](x) + i;
  return x;
}

EXPORT(fit_fill) {
  for (int32_t i = 0; i < n; i++) __builtin_memset(bytes + (i & 15) * 64, i, 1 << 16);
  return bytes[5];
}

EXPORT(fit_copy) {
  for (int32_t i = 0; i < n; i++) {
    __builtin_memcpy(bytes + (1 << 18), bytes + (i & 15) * 64, 1 << 16);
    bytes[i & 1023] = (uint8_t)i;
  }
  return bytes[(1 << 18) + 5];
}

EXPORT(fit_pieces) {
  for (int32_t i = 0; i < n * 100; i++) {
    uint32_t size = 24 + (i & 31);
    __builtin_memset(bytes + (i & 1023) * 64, i, size);
    __builtin_memcpy(bytes + (1 << 18) + (i & 511) * 64, bytes + (i & 255) * 64, size);
  }
  return bytes[(1 << 18) + 5];
}

EXPORT(fit_globals) {
  uint32_t low = 0, best = 0;
  seed = 17;
  for (int32_t i = 0; i < n * 1000; i++) {
    uint32_t r = next();
    low = r < low ? r : low + 1;
    best = r > best ? r : best - 1;
    best ^= __builtin_popcount(r) + __builtin_clz(r | 1) + __builtin_ctz(r | 256);
  }
  return low ^ best;
}

/* ---- small programs, as they are written ---- */

static void sink(uint32_t *a, int32_t at, int32_t end) {
  for (;;) {
    int32_t child = at * 2 + 1;
    if (child >= end) return;
    if (child + 1 < end && a[child + 1] > a[child]) child++;
    if (a[at] >= a[child]) return;
    uint32_t t = a[at];
    a[at] = a[child], a[child] = t;
    at = child;
  }
}

EXPORT(fit_heap) {
  int64_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    seed = 3 + k;
    for (int i = 0; i < 1000; i++) words[i] = next();
    for (int i = 499; i >= 0; i--) sink(words, i, 1000);
    for (int i = 999; i > 0; i--) {
      uint32_t t = words[0];
      words[0] = words[i], words[i] = t;
      sink(words, 0, i);
    }
    sum += words[500];
  }
  return sum;
}

EXPORT(fit_table) {
  uint32_t found = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 4096; i++) words[i] = 0;
    seed = 11 + k;
    for (int i = 0; i < 2000; i++) {
      uint32_t key = (next() & 0xfff) | 1, at = key * 2654435761u >> 20;
      while (words[at] && words[at] != key) at = (at + 1) & 4095;
      found += words[at] == key;
      words[at] = key;
    }
  }
  return found;
}

EXPORT(fit_edit) {
  int64_t sum = 0;
  for (int i = 0; i < 128; i++) bytes[i] = "abcdeabc"[i * 5 & 7], bytes[128 + i] = "abdcebca"[i * 3 & 7];
  for (int32_t k = 0; k < n; k++) {
    bytes[k & 127] ^= 1;
    for (int j = 0; j <= 64; j++) words[j] = (uint32_t)j;
    for (int i = 1; i <= 64; i++) {
      uint32_t corner = words[0];
      words[0] = (uint32_t)i;
      for (int j = 1; j <= 64; j++) {
        uint32_t cost = corner + (bytes[i] != bytes[128 + j]);
        corner = words[j];
        uint32_t best = words[j - 1] < corner ? words[j - 1] + 1 : corner + 1;
        words[j] = cost < best ? cost : best;
      }
    }
    sum += words[64];
  }
  return sum;
}

/* A machine with a stack: push, add, multiply, swap, store, load, jump back. */
EXPORT(fit_stack) {
  static const uint8_t code[] = {0, 9, 6, 3, 1, 0, 7, 2, 4, 0, 6, 5, 3, 1, 0, 5, 1, 4, 0, 7};
  uint32_t top = 0, at = 0, cell = 1;
  uint32_t *stack = words;
  for (int32_t i = 0; i < n * 1000; i++) {
    switch (code[at++]) {
      case 0: stack[++top] = code[at++]; break;
      case 1: top--, stack[top & 15] += stack[(top + 1) & 15]; break;
      case 2: top--, stack[top & 15] *= stack[(top + 1) & 15]; break;
      case 3: stack[(top + 1) & 15] = cell, top++; break;
      case 4: cell = stack[top & 15], top--; break;
      case 5: cell ^= cell >> 3; break;
      case 6: cell += at; break;
      default: if (cell & 1) cell = cell * 3 + 1; else cell >>= 1;
    }
    if (at >= sizeof code) at = 0;
    top &= 7;
  }
  return cell + top;
}

EXPORT(fit_letters) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int32_t k = 0; k < n; k++) {
    uint8_t *to = bytes + (1 << 17);
    for (int i = 0; i < 3 * 4096; i += 3) {
      uint32_t three = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
      *to++ = letters[three >> 18], *to++ = letters[three >> 12 & 63];
      *to++ = letters[three >> 6 & 63], *to++ = letters[three & 63];
    }
    bytes[k & 4095] ^= to[-1];
  }
  return bytes[(1 << 17) + 99];
}

EXPORT(fit_life) {
  seed = 21;
  for (int i = 0; i < 4096; i++) bytes[i] = next() & 1;
  for (int32_t k = 0; k < n; k++) {
    uint8_t *from = bytes + (k & 1) * 4096, *to = bytes + (~k & 1) * 4096;
    for (int y = 1; y < 63; y++) {
      for (int x = 1; x < 63; x++) {
        uint8_t *c = from + y * 64 + x;
        int near = c[-65] + c[-64] + c[-63] + c[-1] + c[1] + c[63] + c[64] + c[65];
        to[y * 64 + x] = near == 3 || (near == 2 && *c);
      }
    }
  }
  return bytes[2000];
}

/* Not fitted: a list whose links lead anywhere in 256 KiB, each of which waits for the one before. */
EXPORT(beside_list) {
  uint32_t sum = 0, at = 0;
  for (uint32_t i = 0; i < 1 << 15; i++) words[i * 2] = (i * 20021 + 4099) & 0x7fff, words[i * 2 + 1] = i;
  for (int32_t i = 0; i < n * 1000; i++) {
    sum += words[at * 2 + 1];
    at = words[at * 2];
  }
  return sum;
}

EXPORT(fit_filter) {
  static float in[2048], out[2048];
  float weight[16];
  for (int i = 0; i < 16; i++) weight[i] = 1.0f / (float)(i + 2);
  for (int i = 0; i < 2048; i++) in[i] = (float)(i * 37 % 101);
  for (int32_t k = 0; k < n; k++) {
    for (int i = 16; i < 2048; i++) {
      float sum = 0;
      for (int j = 0; j < 16; j++) sum += in[i - j] * weight[j];
      out[i] = sum;
    }
    in[k & 2047] = out[(k * 7) & 2047];
  }
  return (int64_t)out[777];
}

/* Numbers of 32 words, multiplied as at school. */
EXPORT(fit_school) {
  uint32_t *a = words, *b = words + 32, *c = words + 64;
  for (uint32_t i = 0; i < 32; i++) a[i] = i * 2654435761u, b[i] = ~i * 40503u;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 64; i++) c[i] = 0;
    for (int i = 0; i < 32; i++) {
      uint64_t carry = 0;
      for (int j = 0; j < 32; j++) {
        carry += (uint64_t)a[i] * b[j] + c[i + j];
        c[i + j] = (uint32_t)carry, carry >>= 32;
      }
      c[i + 32] = (uint32_t)carry;
    }
    a[k & 31] ^= c[40];
  }
  return c[33];
}

EXPORT(fit_numbers) {
  uint32_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    uint8_t *to = bytes;
    seed = 31 + k;
    for (int i = 0; i < 100; i++) {
      uint32_t x = next() >> (i & 15);
      do *to++ = '0' + x % 10, x /= 10;
      while (x);
      *to++ = ',';
    }
    for (uint8_t *from = bytes; from < to; from++) {
      uint32_t x = 0;
      for (; *from != ','; from++) x = x * 10 + *from - '0';
      sum ^= x;
    }
  }
  return sum;
}

static int32_t place(int32_t size, uint32_t down, uint32_t left, uint32_t right) {
  uint32_t free = ~(down | left | right) & ((1u << size) - 1);
  if (down == (1u << size) - 1) return 1;
  int32_t count = 0;
  while (free) {
    uint32_t bit = free & -free;
    free ^= bit;
    count += place(size, down | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

EXPORT(fit_queens) {
  int64_t sum = 0;
  for (int32_t k = 0; k < n; k++) sum += place(6 + (k & 1), 0, 0, 0);
  return sum;
}

/* A sum over 8 MiB, as they lie. */
EXPORT(fit_stream) {
  static uint64_t many[1 << 20];
  uint64_t sum = 0;
  for (int i = 0; i < 1 << 20; i++) many[i] = (uint64_t)i * 11400714819323198485u;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 20; i += 8) sum += many[i] ^ k, many[i] = sum;
  }
  return (int64_t)sum;
}

/* ---- where the processor guesses wrong ---- */

static void merge(uint32_t *from, uint32_t *to, int32_t low, int32_t mid, int32_t high) {
  int32_t i = low, j = mid;
  for (int32_t k = low; k < high; k++) {
    if (i < mid && (j >= high || from[i] <= from[j])) to[k] = from[i++];
    else to[k] = from[j++];
  }
}

EXPORT(fit_merge) {
  int64_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    uint32_t *from = words, *to = words + 1024;
    seed = 61 + k;
    for (int i = 0; i < 1024; i++) words[i] = next();
    for (int32_t width = 1; width < 1024; width *= 2) {
      for (int32_t low = 0; low < 1024; low += width * 2) merge(from, to, low, low + width, low + width * 2);
      uint32_t *t = from;
      from = to, to = t;
    }
    sum += from[500];
  }
  return sum;
}

EXPORT(fit_coins) {
  uint32_t heads = 0, run = 0, longest = 0;
  seed = 71;
  for (int32_t i = 0; i < n * 1000; i++) {
    if (next() & 0x10) {
      heads++, run++;
      words[run & 63] = heads;
    } else {
      if (run > longest) longest = run;
      run = 0;
    }
  }
  return heads ^ longest;
}

/* Digits of a random text, by the states of a small machine. */
EXPORT(fit_states) {
  uint32_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    seed = 81 + k;
    for (int i = 0; i < 1024; i++) bytes[i] = "0123456789+-*. ("[next() & 15];
    uint32_t number = 0, state = 0;
    for (int i = 0; i < 1024; i++) {
      uint8_t c = bytes[i];
      if (c >= '0' && c <= '9') {
        number = state == 1 ? number * 10 + c - '0' : c - '0';
        state = 1;
      } else if (c == '.') {
        if (state == 2) sum ^= number;
        state = 2;
      } else {
        if (state == 1) sum += number;
        state = c == ' ' ? 0 : 3;
      }
    }
  }
  return sum;
}

/* Roots of random numbers, a bit at a time. */
EXPORT(fit_bits) {
  uint64_t sum = 0;
  seed = 91;
  for (int32_t i = 0; i < n * 100; i++) {
    uint32_t x = next(), root = 0;
    for (uint32_t bit = 1 << 15; bit; bit >>= 1) {
      uint32_t next = root | bit;
      if (next * next <= x) root = next;
    }
    sum += root;
  }
  return (int64_t)sum;
}

/* The place of random numbers among sorted ones, from both ends of a list. */
EXPORT(fit_between) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 256; i++) words[i] = i << 24;
  seed = 95;
  for (int32_t i = 0; i < n * 100; i++) {
    uint32_t key = next(), at = 0;
    while (words[at + 15] <= key && at < 240) at += 16;
    while (at < 255 && words[at + 1] <= key) at++;
    sum += at;
  }
  return sum;
}

/* ---- where it does much at once ---- */

EXPORT(fit_mixer) {
  uint32_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
  for (int32_t i = 0; i < n * 100; i++) {
    a += b, d = (d ^ a) << 16 | (d ^ a) >> 16, c += d, b = (b ^ c) << 12 | (b ^ c) >> 20;
    e += f, h = (h ^ e) << 16 | (h ^ e) >> 16, g += h, f = (f ^ g) << 12 | (f ^ g) >> 20;
    a += b, d = (d ^ a) << 8 | (d ^ a) >> 24, c += d, b = (b ^ c) << 7 | (b ^ c) >> 25;
    e += f, h = (h ^ e) << 8 | (h ^ e) >> 24, g += h, f = (f ^ g) << 7 | (f ^ g) >> 25;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

EXPORT(fit_colours) {
  for (int i = 0; i < 1 << 14; i++) bytes[i] = (uint8_t)(i * 7);
  for (int32_t k = 0; k < n; k++) {
    uint8_t *to = bytes + (1 << 15);
    for (int i = 0; i < 4096; i++) {
      uint8_t *p = bytes + i * 4;
      uint32_t grey = (p[0] * 77u + p[1] * 150u + p[2] * 29u) >> 8;
      to[i] = (uint8_t)(p[3] + ((grey - p[3]) >> 1));
    }
    bytes[k & 4095] ^= to[99];
  }
  return bytes[(1 << 15) + 77];
}
