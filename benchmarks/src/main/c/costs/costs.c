/*
 * The kernels that fuel is compared with time on, one export each: fit_* the table of costs was
 * fitted on, judge_* it was not. Each does n times about the same work and returns a check, so that
 * nothing is left out.
 */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name), noinline)) int64_t name(int32_t n)

static uint32_t seed;

static uint32_t next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

static uint8_t bytes[1 << 20];
static uint32_t words[1 << 16];
static double reals[4096];
static uint32_t chain[1 << 22];

/* ---- fitted ---- */

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

EXPORT(fit_bulk) {
  for (int32_t i = 0; i < n; i++) {
    __builtin_memset(bytes, i, 1 << 16);
    __builtin_memcpy(bytes + (1 << 18), bytes, 1 << 16);
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

/* ---- judged ---- */

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

EXPORT(judge_hash) {
  uint32_t s[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 64; i++) {
      uint32_t t = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                   words[(k * 64 + i) & 0xffff];
      uint32_t u = (rotate(s[0], 2) ^ rotate(s[0], 13)) + ((s[0] & s[1]) ^ (s[0] & s[2]));
      s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + t;
      s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = t + u;
    }
  }
  return s[0] ^ s[7];
}

EXPORT(judge_matrix) {
  double *a = reals, *b = reals + 1024, *c = reals + 2048;
  for (int i = 0; i < 1024; i++) a[i] = i * 0.5, b[i] = 1.0 / (i + 1);
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 32; i++) {
      for (int j = 0; j < 32; j++) {
        double sum = 0;
        for (int l = 0; l < 32; l++) sum += a[i * 32 + l] * b[l * 32 + j];
        c[i * 32 + j] = sum;
      }
    }
    a[k & 1023] += c[(k * 7) & 1023] * 1e-3;
  }
  return (int64_t)(c[77] * 1e3);
}

EXPORT(judge_bodies) {
  double *x = reals, *v = reals + 64;
  for (int32_t k = 0; k < n; k++) {
    if (k % 32 == 0) {
      for (int i = 0; i < 24; i++) x[i] = i * 1.25, v[i] = 0.01 * i;
    }
#pragma clang loop unroll(disable)
    for (int i = 0; i < 8; i++) {
#pragma clang loop unroll(disable)
      for (int j = i + 1; j < 8; j++) {
        double dx = x[i * 3] - x[j * 3], dy = x[i * 3 + 1] - x[j * 3 + 1];
        double dz = x[i * 3 + 2] - x[j * 3 + 2];
        double square = dx * dx + dy * dy + dz * dz + 0.1;
        double force = 0.001 / (square * __builtin_sqrt(square));
        v[i * 3] -= dx * force, v[i * 3 + 1] -= dy * force, v[i * 3 + 2] -= dz * force;
        v[j * 3] += dx * force, v[j * 3 + 1] += dy * force, v[j * 3 + 2] += dz * force;
      }
    }
    for (int i = 0; i < 24; i++) x[i] += v[i] * 0.01;
  }
  return (int64_t)(x[5] * 1e6);
}

/* Bound by calls. */
static int32_t fib(int32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

EXPORT(judge_fib) {
  int64_t sum = 0;
  for (int32_t i = 0; i < n; i++) sum += fib(15 + (i & 1));
  return sum;
}

/* Bound by memory: loads from all over 16 MiB. */
EXPORT(judge_memory) {
  uint32_t sum = 0, at = 1;
  for (int32_t i = 0; i < n * 1000; i++) {
    at = at * 1664525 + 1013904223;
    sum += chain[at >> 10];
  }
  return sum + at;
}

/* The worst that can be done to it, beside the others: each load waits for the one before. */
EXPORT(beside_chase) {
  uint32_t at = 1;
  for (int32_t i = 0; i < n * 1000; i++) at = at * 1664525 + 1013904223 + chain[at >> 10];
  return at;
}

static void sort(uint32_t *a, int32_t low, int32_t high) {
  while (low < high) {
    uint32_t pivot = a[(low + high) >> 1];
    int32_t i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) {
        uint32_t t = a[i];
        a[i++] = a[j], a[j--] = t;
      }
    }
    sort(a, low, j);
    low = i;
  }
}

EXPORT(judge_sort) {
  int64_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    seed = 1 + k;
    for (int i = 0; i < 1000; i++) words[i] = next();
    sort(words, 0, 999);
    sum += words[500];
  }
  return sum;
}

EXPORT(judge_sieve) {
  int64_t count = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 10000; i++) bytes[i] = 1;
    for (int i = 2; i < 10000; i++) {
      if (bytes[i]) {
        count++;
        for (int j = i * 2; j < 10000; j += i) bytes[j] = 0;
      }
    }
  }
  return count;
}

EXPORT(judge_crc) {
  uint32_t table[256], c = 0;
  for (uint32_t i = 0; i < 256; i++) {
    c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 14; i++) c = table[(c ^ bytes[i]) & 255] ^ c >> 8;
  }
  return c;
}

EXPORT(judge_mandelbrot) {
  int64_t turns = 0;
  for (int32_t k = 0; k < n; k++) {
    double cx = -0.75 + (k & 63) * 0.003, cy = 0.1, x = 0, y = 0;
    for (int i = 0; i < 1000 && x * x + y * y < 4; i++, turns++) {
      double t = x * x - y * y + cx;
      y = 2 * x * y + cy, x = t;
    }
  }
  return turns;
}

EXPORT(judge_text) {
  uint32_t found = 0;
  for (int i = 0; i < 1 << 14; i++) bytes[i] = (uint8_t)(32 + (i * 7919 >> 3) % 90);
  for (int32_t k = 0; k < n; k++) {
    uint32_t number = 0, state = 0;
    for (int i = 0; i < 1 << 14; i++) {
      uint8_t ch = bytes[i];
      if (ch >= '0' && ch <= '9') number = number * 10 + ch - '0', state = 1;
      else if (state) found += number & 31, number = 0, state = 0;
      else if (ch == '"') found ^= i;
    }
  }
  return found;
}

/* A machine that interprets a small program: a jump table for each of its instructions. */
EXPORT(judge_machine) {
  static const uint8_t program[] = {0, 3, 1, 2, 4, 1, 0, 5, 3, 2, 1, 6};
  uint32_t a = 1, b = 1, at = 0;
  for (int32_t i = 0; i < n * 1000; i++) {
    switch (program[at]) {
      case 0: a += b; at++; break;
      case 1: b ^= a << 1; at++; break;
      case 2: words[b & 0xff] = a; at++; break;
      case 3: a += words[a & 0xff]; at++; break;
      case 4: at += a & 1 ? 1 : 2; break;
      case 5: b -= 3; at++; break;
      default: at = 0;
    }
  }
  return a ^ b;
}
