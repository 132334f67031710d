/* args, environ, clock, random, sched, poll, proc, sock: what a program has of its machine. */
#include "wasi.h"

#include <poll.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

CASE(args_get, "gives the name of the program and the words of the order") {
  char *pointers[2], bytes[256];
  OK(w_args_get(pointers, bytes));
  OK(strcmp("workload", pointers[0]));
  OK(strcmp("args_get gives the name of the program and the words of the order", pointers[1]));
  SAME(bytes, pointers[0]);
}
CASE(args_get, "refuses addresses behind the memory") {
  char *pointers[2], bytes[256];
  FAILS(FAULT, w_args_get(NOWHERE, bytes));
  FAILS(FAULT, w_args_get(pointers, NOWHERE));
}
CASE(args_sizes_get, "counts words and bytes") {
  size_t count, bytes;
  OK(w_args_sizes_get(&count, &bytes));
  SAME(2, count);
  SAME(sizeof "workload" + sizeof "args_sizes_get counts words and bytes", bytes);
}
CASE(args_sizes_get, "refuses addresses behind the memory") {
  size_t number = 5;
  FAILS(FAULT, w_args_sizes_get(NOWHERE, &number));
  FAILS(FAULT, w_args_sizes_get(&number, NOWHERE));
  SAME(5, number);
}
CASE(environ_get, "gives the environment of the host profile in the order of its keys") {
  char *pointers[2], bytes[64];
  OK(w_environ_get(pointers, bytes));
  OK(strcmp("A=1", pointers[0]));
  OK(strcmp("B=\xc3\xbc", pointers[1]));
  OK(strcmp("1", getenv("A")));
  SAME(0, getenv("PATH"));
}
CASE(environ_get, "refuses addresses behind the memory") {
  char *pointers[2], bytes[64];
  FAILS(FAULT, w_environ_get(NOWHERE, bytes));
  FAILS(FAULT, w_environ_get(pointers, NOWHERE));
}
BARE_CASE(environ_get, "gives nothing without a profile") {
  char *pointer = 0, byte = 7;
  OK(w_environ_get(&pointer, &byte));
  SAME(0, pointer);
  SAME(7, byte);
  SAME(0, environ[0]);
}
CASE(environ_sizes_get, "counts variables and bytes") {
  size_t count, bytes;
  OK(w_environ_sizes_get(&count, &bytes));
  SAME(2, count);
  SAME(4 + 5, bytes);
}
CASE(environ_sizes_get, "refuses addresses behind the memory") {
  size_t number;
  FAILS(FAULT, w_environ_sizes_get(NOWHERE, &number));
  FAILS(FAULT, w_environ_sizes_get(&number, NOWHERE));
}
CASE(clock_res_get, "is a nanosecond on every clock") {
  for (int id = 0; id < 4; id++) {
    uint64_t resolution = 0;
    OK(w_clock_res_get(id, &resolution));
    SAME(1, resolution);
  }
  struct timespec step;
  OK(clock_getres(CLOCK_MONOTONIC, &step));
  SAME(1, step.tv_nsec);
}
CASE(clock_res_get, "knows four clocks") {
  uint64_t resolution;
  FAILS(INVAL, w_clock_res_get(4, &resolution));
  FAILS(INVAL, w_clock_res_get(-1, &resolution));
  FAILS(FAULT, w_clock_res_get(0, NOWHERE));
}
BARE_CASE(clock_res_get, "is not supported without a clock") {
  uint64_t resolution;
  FAILS(NOTSUP, w_clock_res_get(0, &resolution));
}
CASE(clock_time_get, "shows the instant of the host profile on every clock, and stands still") {
  for (int id = 0; id < 4; id++) {
    uint64_t time = 0;
    OK(w_clock_time_get(id, 1000, &time));
    SAME(1772600767000000008, time);
  }
  struct timespec now;
  OK(clock_gettime(CLOCK_REALTIME, &now));
  SAME(1772600767, now.tv_sec);
  SAME(8, now.tv_nsec);
}
CASE(clock_time_get, "knows four clocks") {
  uint64_t time;
  FAILS(INVAL, w_clock_time_get(4, 0, &time));
  FAILS(FAULT, w_clock_time_get(0, 0, NOWHERE));
}
BARE_CASE(clock_time_get, "is not supported without a clock") {
  struct timespec now;
  LIBC_FAILS(ENOTSUP, clock_gettime(CLOCK_REALTIME, &now));
}
CASE(random_get, "gives the stream of the seed, however it is asked for") {
  unsigned char bytes[48];
  OK(w_random_get(bytes, 5));
  OK(w_random_get(bytes + 5, 0));
  OK(getentropy(bytes + 5, 43));
  for (size_t i = 0; i < sizeof bytes; i++) {
    printf("%02x", bytes[i]);
  }
  printf("\n");
}
CASE(random_get, "refuses addresses behind the memory") {
  char bytes[4];
  FAILS(FAULT, w_random_get(NOWHERE, 4));
  FAILS(FAULT, w_random_get(bytes, 0xffffffff));
}
BARE_CASE(random_get, "is not supported without a seed") {
  char bytes[4] = "abc";
  FAILS(NOTSUP, w_random_get(bytes, 4));
  OK(strcmp("abc", bytes));
}
CASE(sched_yield, "does nothing") {
  OK(w_sched_yield());
  OK(sched_yield());
}
CASE(sched_yield, "lets no time go by") {
  uint64_t before, after;
  OK(w_clock_time_get(1, 0, &before));
  for (int i = 0; i < 1000; i++) {
    OK(w_sched_yield());
  }
  OK(w_clock_time_get(1, 0, &after));
  SAME(before, after);
}

static __wasi_subscription_t clock_subscription(int id, uint64_t timeout, int flags) {
  __wasi_subscription_t in = {.userdata = 42};
  in.u.tag = __WASI_EVENTTYPE_CLOCK;
  in.u.u.clock.id = id;
  in.u.u.clock.timeout = timeout;
  in.u.u.clock.flags = flags;
  return in;
}
static __wasi_subscription_t fd_subscription(int fd, int type) {
  __wasi_subscription_t in = {.userdata = 43};
  in.u.tag = type;
  in.u.u.fd_read.file_descriptor = fd;
  return in;
}

CASE(poll_oneoff, "ends a sleep at once on a clock that stands still") {
  struct timespec day = {86400, 0};
  OK(nanosleep(&day, 0));
  __wasi_subscription_t in = clock_subscription(0, UINT64_MAX, 1);
  __wasi_event_t out;
  size_t count = 0;
  OK(w_poll_oneoff(&in, &out, 1, &count));
  SAME(1, count);
  SAME(42, out.userdata);
  SAME(0, out.error);
  SAME(__WASI_EVENTTYPE_CLOCK, out.type);
}
CASE(poll_oneoff, "tells of files how much there is to read") {
  wasi_make("file", "twelve bytes");
  int fd = wasi_open("file", 0);
  uint64_t position;
  OK(w_fd_seek(fd, 4, __WASI_WHENCE_SET, &position));
  __wasi_subscription_t in[] = {fd_subscription(fd, __WASI_EVENTTYPE_FD_READ),
                                fd_subscription(fd, __WASI_EVENTTYPE_FD_WRITE),
                                fd_subscription(0, __WASI_EVENTTYPE_FD_READ)};
  __wasi_event_t out[3];
  size_t count = 0;
  OK(w_poll_oneoff(in, out, 3, &count));
  SAME(3, count);
  SAME(8, out[0].fd_readwrite.nbytes);
  SAME(0, out[1].error);
  SAME(__WASI_EVENTTYPE_FD_WRITE, out[1].type);
  SAME(0, out[2].error);
  struct pollfd polled = {.fd = fd, .events = POLLRDNORM};
  SAME(1, poll(&polled, 1, 1000));
  SAME(POLLRDNORM, polled.revents);
}
CASE(poll_oneoff, "tells of each subscription what is wrong with it") {
  __wasi_subscription_t in[] = {
      fd_subscription(CLOSED, __WASI_EVENTTYPE_FD_READ), clock_subscription(9, 1, 0),
      clock_subscription(0, 1, 2), fd_subscription(1, __WASI_EVENTTYPE_FD_READ),
      fd_subscription(0, __WASI_EVENTTYPE_FD_WRITE)};
  __wasi_event_t out[5];
  size_t count = 0;
  OK(w_poll_oneoff(in, out, 5, &count));
  SAME(5, count);
  FAILS(BADF, out[0].error);
  FAILS(INVAL, out[1].error);
  FAILS(INVAL, out[2].error);
  FAILS(NOTCAPABLE, out[3].error);
  FAILS(NOTCAPABLE, out[4].error);
}
CASE(poll_oneoff, "refuses no subscriptions, too many, unknown ones and bad addresses") {
  __wasi_subscription_t in = fd_subscription(0, 3);
  __wasi_event_t out;
  size_t count = 0;
  FAILS(INVAL, w_poll_oneoff(&in, &out, 0, &count));
  FAILS(INVAL, w_poll_oneoff(&in, &out, 1, &count));
  FAILS(INVAL, w_poll_oneoff(&in, &out, 1025, &count));
  FAILS(FAULT, w_poll_oneoff(NOWHERE, &out, 1, &count));
  FAILS(FAULT, w_poll_oneoff(&in, NOWHERE, 1, &count));
  FAILS(FAULT, w_poll_oneoff(&in, &out, 1, NOWHERE));
}
BARE_CASE(poll_oneoff, "does not sleep without a clock") {
  __wasi_subscription_t in = clock_subscription(1, 5, 0);
  __wasi_event_t out;
  size_t count = 0;
  FAILS(NOTSUP, w_poll_oneoff(&in, &out, 1, &count));
  struct timespec moment = {0, 1};
  SAME(ENOTSUP, clock_nanosleep(CLOCK_REALTIME, 0, &moment, 0));
}
EXIT_CASE(proc_exit, "ends the program with its code", 7) {
  w_proc_exit(7);
  exit(1);
}
EXIT_CASE(proc_exit, "does not run what libc would run at the end", 0) {
  printf("never flushed");
  w_proc_exit(0);
  exit(1);
}
EXIT_CASE(proc_exit, "is the end of exit", 200) { exit(200); }
CASE(proc_raise, "is not there for a signal that would end the program") {
  FAILS(NOSYS, w_proc_raise(9));
}
CASE(proc_raise, "is not there for no signal and unknown ones") {
  FAILS(NOSYS, w_proc_raise(0));
  FAILS(NOSYS, w_proc_raise(-1));
}
CASE(sock_accept, "refuses what is no socket") {
  int fd = 77;
  FAILS(NOTSOCK, w_sock_accept(0, 0, &fd));
  FAILS(NOTSOCK, w_sock_accept(ROOT, 0, &fd));
  SAME(77, fd);
}
CASE(sock_accept, "refuses what is not open") {
  int fd;
  FAILS(BADF, w_sock_accept(CLOSED, 0, &fd));
}
CASE(sock_recv, "refuses what is no socket") {
  char bytes[4];
  LIBC_FAILS(ENOTSOCK, recv(0, bytes, 4, 0));
  wasi_make("file", "text");
  LIBC_FAILS(ENOTSOCK, recv(wasi_open("file", 0), bytes, 4, 0));
}
CASE(sock_recv, "refuses what is not open") {
  char bytes[4];
  LIBC_FAILS(EBADF, recv(CLOSED, bytes, 4, 0));
  FAILS(BADF, w_sock_recv(-1, NOWHERE, 9, 0, NOWHERE, NOWHERE));
}
CASE(sock_send, "refuses what is no socket") {
  LIBC_FAILS(ENOTSOCK, send(1, "text", 4, 0));
  FAILS(NOTSOCK, w_sock_send(1, NOWHERE, 9, 0, NOWHERE));
}
CASE(sock_send, "refuses what is not open") { LIBC_FAILS(EBADF, send(CLOSED, "text", 4, 0)); }
CASE(sock_shutdown, "refuses what is no socket") {
  LIBC_FAILS(ENOTSOCK, shutdown(1, SHUT_WR));
  FAILS(NOTSOCK, w_sock_shutdown(2, 77));
}
CASE(sock_shutdown, "refuses what is not open") { LIBC_FAILS(EBADF, shutdown(CLOSED, SHUT_RD)); }
