/* A reactor without WASI: functions that are called by name, with numbers. */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static uint32_t state = 1;

void EXPORT(_initialize)(void) { state = 2463534242u; }

uint32_t EXPORT(xorshift)(int32_t rounds) {
  for (int32_t i = 0; i < rounds; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
  }
  return state;
}

double EXPORT(mandelbrot)(double x, double y, int32_t most) {
  double a = 0, b = 0;
  int32_t n = 0;
  while (n < most && a * a + b * b < 4) {
    double next = a * a - b * b + x;
    b = 2 * a * b + y;
    a = next;
    n++;
  }
  return n + (a * a + b * b) / 1000;
}
