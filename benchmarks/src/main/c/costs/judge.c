/* The kernels that judge the table of costs, which was not fitted on them. */
#include "kernel.h"

static double reals[4096];
static uint32_t chain[1 << 22];


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

/* Bound by memory: sums and stores over 16 MiB, as they lie. */
EXPORT(judge_memory) {
  uint64_t *a = (uint64_t *)chain, *b = a + (1 << 20);
  for (int i = 0; i < 1 << 21; i++) a[i] = (uint64_t)i;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 1 << 20; i++) a[i] = a[i] + 3 * b[i];
  }
  return (int64_t)a[12345];
}

EXPORT(judge_search) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < 1 << 14; i++) words[i] = i * 262144;
  seed = 77;
  for (int32_t k = 0; k < n * 100; k++) {
    uint32_t key = next(), low = 0, high = 1 << 14;
    while (high - low > 1) {
      uint32_t mid = (low + high) >> 1;
      if (words[mid] <= key) low = mid;
      else high = mid;
    }
    found += low;
  }
  return found;
}

static uint64_t turn(uint64_t x, int by) { return x << by | x >> (64 - by); }

EXPORT(judge_sip) {
  uint64_t a = 0x736f6d6570736575, b = 0x646f72616e646f6d, c = 0x6c7967656e657261, d = 0x7465646279746573;
  for (int32_t k = 0; k < n * 100; k++) {
    d ^= (uint64_t)k;
    for (int i = 0; i < 2; i++) {
      a += b, b = turn(b, 13) ^ a, a = turn(a, 32), c += d, d = turn(d, 16) ^ c;
      a += d, d = turn(d, 21) ^ a, c += b, b = turn(b, 17) ^ c, c = turn(c, 32);
    }
    a ^= (uint64_t)k;
  }
  return (int64_t)(a ^ b ^ c ^ d);
}

EXPORT(judge_blur) {
  for (int i = 0; i < 1 << 14; i++) bytes[i] = (uint8_t)(i * i >> 5);
  for (int32_t k = 0; k < n; k++) {
    uint8_t *from = bytes + (k & 1) * (1 << 14), *to = bytes + (~k & 1) * (1 << 14);
    for (int y = 1; y < 127; y++) {
      for (int x = 1; x < 127; x++) {
        uint32_t sum = 0;
        for (int dy = -128; dy <= 128; dy += 128) {
          uint8_t *row = from + y * 128 + x + dy;
          sum += row[-1] + row[0] * 2 + row[1];
        }
        to[y * 128 + x] = (uint8_t)(sum / 12);
      }
    }
  }
  return bytes[5000];
}

/* Finds what was there before, as compressors do. */
EXPORT(judge_pack) {
  uint32_t size = 0;
  for (int i = 0; i < 8192; i++) bytes[i] = "the quick brown fox "[(i * 7 + (i >> 6)) % 20];
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 4096; i++) words[i] = 0;
    bytes[k & 8191] ^= 3;
    for (uint32_t at = 0; at < 8000;) {
      uint32_t three = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
      uint32_t slot = three * 2654435761u >> 20, before = words[slot], length = 0;
      words[slot] = at;
      while (length < 64 && before < at && bytes[before + length] == bytes[at + length]) length++;
      at += length > 3 ? length : 1;
      size += length > 3 ? 3 : 1;
    }
  }
  return size;
}

static int32_t insert(uint32_t *tree, int32_t count, uint32_t key) {
  int32_t at = 0;
  while (tree[at * 4] != key) {
    int32_t side = at * 4 + 1 + (key > tree[at * 4]);
    if (!tree[side]) {
      tree[count * 4] = key, tree[count * 4 + 1] = 0, tree[count * 4 + 2] = 0;
      tree[side] = (uint32_t)count;
      return count + 1;
    }
    at = (int32_t)tree[side];
  }
  return count;
}

static int64_t walk(uint32_t *tree, int32_t at) {
  int64_t sum = tree[at * 4];
  if (tree[at * 4 + 1]) sum += walk(tree, (int32_t)tree[at * 4 + 1]);
  if (tree[at * 4 + 2]) sum -= walk(tree, (int32_t)tree[at * 4 + 2]);
  return sum;
}

EXPORT(judge_tree) {
  int64_t sum = 0;
  for (int32_t k = 0; k < n; k++) {
    int32_t count = 1;
    words[0] = 1u << 31, words[1] = 0, words[2] = 0;
    seed = 41 + k;
    for (int i = 0; i < 500; i++) count = insert(words, count, next());
    sum += walk(words, 0);
  }
  return sum;
}

EXPORT(judge_fourier) {
  double *re = reals, *im = reals + 256, *cs = reals + 512, *sn = reals + 768;
  double c = 1, s = 0;
  for (int i = 0; i < 256; i++) {
    cs[i] = c, sn[i] = s;
    double t = c * 0.99969881869620422 - s * 0.024541228522912288;
    s = s * 0.99969881869620422 + c * 0.024541228522912288, c = t;
  }
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i < 256; i++) re[i] = (i * 31 + k) & 63, im[i] = 0;
    for (int half = 128; half; half >>= 1) {
      for (int i = 0; i < 256; i += half * 2) {
        for (int j = 0; j < half; j++) {
          int p = i + j, q = p + half, w = j * (128 / half);
          double x = re[p] - re[q], y = im[p] - im[q];
          re[p] += re[q], im[p] += im[q];
          re[q] = x * cs[w] - y * sn[w], im[q] = x * sn[w] + y * cs[w];
        }
      }
    }
  }
  return (int64_t)(re[3] * 1e3);
}

EXPORT(judge_wave) {
  static float now[1024], before[1024];
  for (int i = 0; i < 1024; i++) now[i] = before[i] = (float)((i & 255) > 128);
  for (int32_t k = 0; k < n; k++) {
    for (int i = 1; i < 1023; i++) {
      before[i] = 2 * now[i] - before[i] + 0.25f * (now[i - 1] - 2 * now[i] + now[i + 1]);
    }
    for (int i = 1; i < 1023; i++) {
      float t = now[i];
      now[i] = before[i], before[i] = t;
    }
  }
  return (int64_t)(now[500] * 1e6f);
}

EXPORT(judge_sack) {
  uint32_t best = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int i = 0; i <= 500; i++) words[i] = 0;
    seed = 51 + k;
    for (int item = 0; item < 20; item++) {
      uint32_t weight = 5 + (next() & 63), worth = next() & 255;
      for (uint32_t w = 500; w >= weight; w--) {
        uint32_t with = words[w - weight] + worth;
        if (with > words[w]) words[w] = with;
      }
    }
    best += words[500];
  }
  return best;
}

/* ---- beside ---- */

/* Not judged, since no price of an instruction can tell it: each load misses the nearer caches. */
EXPORT(beside_scatter) {
  uint32_t sum = 0, at = 1;
  for (uint32_t i = 0; i < 1 << 22; i++) chain[i] = i * 2654435761u;
  for (int32_t i = 0; i < n * 1000; i++) {
    at = at * 1664525 + 1013904223;
    sum += chain[at >> 10];
  }
  return sum + at;
}

/* The same, where each load waits for the one before. */
EXPORT(beside_chase) {
  uint32_t at = 1;
  for (uint32_t i = 0; i < 1 << 22; i++) chain[i] = i * 2654435761u;
  for (int32_t i = 0; i < n * 1000; i++) at = at * 1664525 + 1013904223 + chain[at >> 10];
  return at;
}
