// Sorts, hashes and links in a 64-bit memory; the same source is built for a 32-bit one.

typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned char u8;

struct Node {
  struct Node *next;
  u64 value;
};

static struct Node nodes[4096];
static double cells[64 * 64];
static u8 marks[1 << 16];
static const short table[] = {3, -1, 4, -1, 5, -9, 2, 6};

static u32 mix(u32 x) {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ x << 5;
}

__attribute__((export_name("sorted"))) u64 sorted(u32 seed, u32 count) {
  struct Node *head = 0;
  for (u32 i = 0; i < count && i < 4096; i++) {
    seed = mix(seed);
    struct Node *node = &nodes[i];
    node->value = seed + (u64)table[seed & 7];
    struct Node **at = &head;
    while (*at && (*at)->value < node->value) at = &(*at)->next;
    node->next = *at;
    *at = node;
  }
  u64 hash = 14695981039346656037u;
  for (struct Node *node = head; node; node = node->next) {
    hash = (hash ^ node->value) * 1099511628211u;
  }
  return hash;
}

__attribute__((export_name("heat"))) double heat(u32 rounds) {
  for (u32 i = 0; i < 64 * 64; i++) cells[i] = i % 17;
  for (u32 r = 0; r < rounds; r++) {
    for (u32 i = 65; i < 64 * 64 - 65; i++) {
      cells[i] = (cells[i - 1] + cells[i + 1] + cells[i - 64] + cells[i + 64]) * 0.25;
    }
  }
  return cells[2080];
}

__attribute__((export_name("primes"))) u32 primes(u32 most) {
  u32 count = 0;
  for (u32 i = 0; i < sizeof marks; i++) marks[i] = 1;
  for (u32 i = 2; i < most && i < sizeof marks; i++) {
    if (marks[i]) {
      count++;
      for (u32 k = i + i; k < sizeof marks; k += i) marks[k] = 0;
    }
  }
  return count;
}

__attribute__((export_name("grown"))) u64 grown(u64 pages) {
  u64 before = __builtin_wasm_memory_grow(0, pages);
  return before * 1000 + __builtin_wasm_memory_size(0);
}

/* What lies at any address whatever; traps outside of the memory. */
__attribute__((export_name("peek"))) u32 peek(u64 address) {
  return *(volatile u8 *)(unsigned long)address;
}
