/* Five bodies that attract each other: doubles, square roots, small structures in memory. */
#include "kernel.h"

struct body {
  double x, y, z, vx, vy, vz, mass;
};

static struct body all[5];

static const double start[5][7] = {
    {0, 0, 0, 0, 0, 0, 39.5},
    {4.84, -1.16, -0.10, 0.61, 2.81, -0.02, 0.038},
    {8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.011},
    {12.89, -15.11, -0.22, 1.08, 0.87, -0.010, 0.0017},
    {15.38, -25.92, 0.18, 0.98, 0.59, -0.034, 0.0020},
};

static void step(double dt) {
  for (int i = 0; i < 5; i++) {
    struct body *p = &all[i];
    for (int j = i + 1; j < 5; j++) {
      struct body *q = &all[j];
      double dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
      double square = dx * dx + dy * dy + dz * dz;
      double force = dt / (square * __builtin_sqrt(square));
      p->vx -= dx * q->mass * force, p->vy -= dy * q->mass * force, p->vz -= dz * q->mass * force;
      q->vx += dx * p->mass * force, q->vy += dy * p->mass * force, q->vz += dz * p->mass * force;
    }
  }
  for (int i = 0; i < 5; i++) {
    all[i].x += dt * all[i].vx, all[i].y += dt * all[i].vy, all[i].z += dt * all[i].vz;
  }
}

EXPORT int32_t run(int32_t thousands) {
  for (int i = 0; i < 5; i++) {
    const double *s = start[i];
    all[i] = (struct body){s[0], s[1], s[2], s[3], s[4], s[5], s[6]};
  }
  for (int32_t i = 0; i < thousands * 1000; i++) step(0.01);
  return (int32_t)(all[0].x * 1e6) ^ (int32_t)(all[1].y * 1e5);
}
