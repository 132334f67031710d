// Exceptions as clang builds them for WebAssembly (the older proposal), here in a 64-bit memory,
// with the few functions of a C++ runtime that they need.

extern "C" {
struct Context {
  unsigned long lpad;
  void *lsda;
  unsigned long selector;
};
Context __wasm_lpad_context;

static char exceptions[4096];
static unsigned long used;
static void *thrown;

void *__cxa_allocate_exception(unsigned long size) {
  void *place = exceptions + used;
  used += (size + 15) & ~15ul;
  return place;
}

void __cxa_free_exception(void *) {}

[[noreturn]] __attribute__((noinline)) void __cxa_throw(void *object, void *, void (*)(void *)) {
  thrown = object;
  __builtin_wasm_throw(0, object);
}

[[noreturn]] __attribute__((noinline)) void __cxa_rethrow() { __builtin_wasm_throw(0, thrown); }

int _Unwind_CallPersonality(void *) {
  __wasm_lpad_context.selector = 1;
  return 0;
}

void *__cxa_begin_catch(void *object) { return object; }
void __cxa_end_catch() { used = 0; }
[[noreturn]] void _ZSt9terminatev() { __builtin_trap(); }
int __gxx_personality_v0;
void *_ZTIi, *_ZTVN10__cxxabiv117__class_type_infoE[8];
}

namespace {
int live;

struct Guard {
  int weight;
  explicit Guard(int weight) : weight(weight) { live += weight; }
  ~Guard() { live -= weight; }
};

int deep(int n, int at) {
  Guard guard(n);
  if (n == at) throw n;
  if (n == 0) return 1000;
  return deep(n - 1, at) + 1;
}

int (*volatile indirect)(int, int) = deep;
}  // namespace

extern "C" __attribute__((export_name("run"))) int run(int n, int at) {
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    try {
      sum += indirect(n, at + i);
    } catch (...) {
      sum += 7;
      try {
        Guard guard(5);
        if (i == 1) throw;
      } catch (...) {
        sum += 100;
      }
    }
  }
  return sum * 10 + (live == 0);
}

extern "C" __attribute__((export_name("leak"))) int leak(int n) {
  Guard guard(n);
  throw n;
}
