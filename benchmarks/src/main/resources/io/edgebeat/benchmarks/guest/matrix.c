/* Products of two matrices of 200 x 200 doubles, in the textbook's order. */
#include "kernel.h"

#define N 200
static double a[N][N], b[N][N], c[N][N];

EXPORT int32_t run(int32_t times) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      a[i][j] = (i * 3 + j) % 17 - 8;
      b[i][j] = (i + j * 5) % 13 - 6;
    }
  }
  double sum = 0;
  for (int32_t n = 0; n < times; n++) {
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double s = 0;
        for (int k = 0; k < N; k++) s += a[i][k] * b[k][j];
        c[i][j] = s;
      }
    }
    a[n % N][7] += 1;
    sum += c[n % N][n % 7];
  }
  return (int32_t)sum + (int32_t)c[N - 1][N - 1];
}
