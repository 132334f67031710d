/* One kernel: run(n) does n times the work and returns a check. Built for WebAssembly without a
   library, and natively with a main that times it. */
#include <stdint.h>

#ifdef __wasm__
#define EXPORT __attribute__((export_name("run")))
#else
#define EXPORT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int32_t run(int32_t n);

/* For each line "n" on standard input: the result and the nanoseconds of processor time. */
int main(void) {
  int n;
  while (scanf("%d", &n) == 1) {
    struct timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    int32_t result = run(n);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    printf("%d %lld\n", result,
           (after.tv_sec - before.tv_sec) * 1000000000LL + (after.tv_nsec - before.tv_nsec));
    fflush(stdout);
  }
  return 0;
}
#endif
