/*
 * A WASI command as people write them: reads numbers from its input, sorts them, prints figures with
 * printf, and shows everything it can see of its host: arguments, environment, clocks, random bytes.
 * Exits with the number of words it could not read as numbers.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    printf("argument %d %s\n", i, argv[i]);
  }
  for (char **e = environ; *e; e++) {
    printf("environment %s\n", *e);
  }
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) == 0) {
    printf("clock %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
    struct timespec day = {86400, 0};
    printf("sleep %d\n", nanosleep(&day, NULL));
  } else {
    printf("clock: %s\n", strerror(errno));
  }
  unsigned char random[16];
  if (getentropy(random, sizeof random) == 0) {
    printf("random ");
    for (size_t i = 0; i < sizeof random; i++) {
      printf("%02x", random[i]);
    }
    printf("\n");
  } else {
    printf("random: %s\n", strerror(errno));
  }
  printf("file: %s\n", fopen("/etc/passwd", "r") ? "opened" : strerror(errno));

  size_t count = 0, capacity = 16, bad = 0;
  double *values = malloc(capacity * sizeof *values);
  char word[64];
  while (scanf("%63s", word) == 1) {
    char *end;
    double value = strtod(word, &end);
    if (*end) {
      fprintf(stderr, "not a number: %s\n", word);
      bad++;
      continue;
    }
    if (count == capacity) {
      values = realloc(values, (capacity *= 2) * sizeof *values);
    }
    values[count++] = value;
  }
  qsort(values, count, sizeof *values, compare);
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  printf("count %zu\n", count);
  if (count) {
    double mean = sum / count;
    printf("median %g\nmean %.6f\ndeviation %.9e\n", values[count / 2], mean,
           sqrt(squares / count - mean * mean));
  }
  return (int)bad;
}
