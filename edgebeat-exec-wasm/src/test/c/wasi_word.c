/*
 * Addresses and sizes at the border of what can be: built for memories with 32-bit and with 64-bit
 * addresses, where all has to be the same.
 */
#include "wasi.h"

#define FOREIGN(module, name) __attribute__((import_module(module), import_name(#name)))
FOREIGN("edgebeat", stream_open) int stream_open(const char *name, size_t size);
FOREIGN("env", emscripten_notify_memory_growth) void emscripten_notify_memory_growth(size_t memory);
FOREIGN("env", _emscripten_system) int _emscripten_system(const char *command);
FOREIGN("env", __syscall_dup3) int __syscall_dup3(int from, int to, int flags);
FOREIGN("env", __syscall_readlinkat)
int __syscall_readlinkat(int fd, const char *path, char *bytes, size_t size);
FOREIGN("env", __syscall_renameat)
int __syscall_renameat(int old_fd, const char *old, int fd, const char *path);
FOREIGN("env", __syscall_rmdir) int __syscall_rmdir(const char *path);
FOREIGN("env", __syscall_unlinkat) int __syscall_unlinkat(int fd, const char *path, int flags);

#define WIDE (sizeof(size_t) == 8)
#define TRIES 4
/* What an address is moved by: the low half stays, and is one in memory. */
static const uint64_t steps[TRIES] = {1ull << 32, 1ull << 63, 0xffffffff00000000, 0x7fffffff00000000};

/* An address that is in memory but for its high half; where there is none, one behind memory. */
static void *far(const void *address, int way) {
  return (void *)(WIDE ? (uintptr_t)((uintptr_t)address + steps[way]) : (uintptr_t)0xffffff00 + way);
}
/* A size that fits but for its high half. */
static size_t huge(size_t size, int way) {
  return WIDE ? (size_t)(size + steps[way]) : (size_t)0xffffffff - way;
}
/* Behind the last byte of memory. */
static char *end(void) { return (char *)(__builtin_wasm_memory_size(0) * 65536); }
static uint8_t *last_byte(void) { return (uint8_t *)end() - 1; }

/* Some parts of a size that are not the whole, as many for every size. */
#define EACH_CUT for (int cut = 0; cut < 3; cut++)
#define CUT(size) (cut == 0 ? 1 : cut == 1 ? (size) / 2 : (size)-1)
#define EACH_WAY for (int way = 0; way < TRIES; way++)
#define FAR(what) far(what, way)
#define HUGE(size) huge(size, way)

CASE(args_get, "takes no address whose high half is not in memory") {
  char *pointers[4] = {0}, bytes[200] = "";
  EACH_WAY {
    FAILS(FAULT, w_args_get(FAR(pointers), bytes));
    FAILS(FAULT, w_args_sizes_get(FAR(pointers), bytes));
    FAILS(FAULT, w_args_sizes_get(pointers, FAR(bytes)));
    FAILS(FAULT, w_environ_sizes_get(FAR(pointers), bytes));
    FAILS(FAULT, w_environ_sizes_get(pointers, FAR(bytes)));
    FAILS(FAULT, w_environ_get(FAR(pointers), bytes));
    SAME(0, pointers[0]);
    SAME(0, bytes[0]);
    FAILS(FAULT, w_args_get(pointers, FAR(bytes)));
    FAILS(FAULT, w_environ_get(pointers, FAR(bytes)));
  }
}
CASE(args_get, "writes whole words and nothing behind them") {
  char *pointers[3], bytes[200];
  memset(pointers, -1, sizeof pointers);
  OK(w_args_get(pointers, bytes));
  SAME(bytes, pointers[0]);
  SAME(bytes + 9, pointers[1]);
  SAME(-1, (intptr_t)pointers[2]);
  size_t sizes[4];
  memset(sizes, -1, sizeof sizes);
  OK(w_args_sizes_get(&sizes[0], &sizes[2]));
  SAME(2, sizes[0]);
  SAME(-1, (intptr_t)sizes[1]);
  SAME(-1, (intptr_t)sizes[3]);
}
CASE(args_sizes_get, "writes to the end of memory and not beyond") {
  size_t size;
  OK(w_args_sizes_get(end() - sizeof size, &size));
  SAME(2, *(size_t *)(end() - sizeof size));
  size = 77;
  EACH_CUT {
    FAILS(FAULT, w_args_sizes_get(end() - CUT(sizeof size), &size));
    FAILS(FAULT, w_args_sizes_get(&size, end() - CUT(sizeof size)));
  }
  SAME(77, size);
}
CASE(clock_time_get, "takes no address whose high half is not in memory") {
  uint64_t time = 5;
  EACH_WAY {
    FAILS(FAULT, w_clock_time_get(0, 0, FAR(&time)));
    FAILS(FAULT, w_clock_res_get(0, FAR(&time)));
  }
  SAME(5, time);
  OK(w_clock_time_get(0, UINT64_MAX, &time));
  SAME(1772600767000000008, time);
}
CASE(random_get, "takes no address and no size whose high half is not in memory") {
  char bytes[8] = "", first[8];
  EACH_WAY {
    FAILS(FAULT, w_random_get(FAR(bytes), 4));
    FAILS(FAULT, w_random_get(FAR(bytes), 0));
    FAILS(FAULT, w_random_get(bytes, HUGE(4)));
  }
  OK(memcmp("\0\0\0\0\0\0\0", bytes, 8));
  OK(w_random_get(first, 8)); /* nothing was used up */
  for (int i = 0; i < 8; i++) printf("%02x", (unsigned char)first[i]);
  OK(w_random_get(end() - 8, 8));
  FAILS(FAULT, w_random_get(end() - 8, 9));
}
CASE(poll_oneoff, "takes no address and no count whose high half is not in memory") {
  __wasi_subscription_t in = {.userdata = 42};
  __wasi_event_t out = {0};
  size_t counts[2] = {-1, -1};
  EACH_WAY {
    FAILS(FAULT, w_poll_oneoff(FAR(&in), &out, 1, counts));
    FAILS(FAULT, w_poll_oneoff(&in, FAR(&out), 1, counts));
    FAILS(FAULT, w_poll_oneoff(&in, &out, 1, FAR(counts)));
    FAILS(INVAL, w_poll_oneoff(&in, &out, HUGE(1), counts));
  }
  SAME(0, out.userdata);
  FAILS(FAULT, w_poll_oneoff(&in, &out, 1, end() - sizeof(size_t) + 1));
  SAME(0, out.userdata);
  OK(w_poll_oneoff(&in, &out, 1, counts));
  SAME(1, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
  SAME(42, out.userdata);
}
CASE(fd_write, "takes no address and no size whose high half is not in memory") {
  __wasi_ciovec_t part = {(const uint8_t *)"x", 1};
  size_t counts[2] = {-1, -1};
  EACH_WAY {
    __wasi_ciovec_t bad = {FAR("x"), 1}, empty = {FAR("x"), 0}, large = {(const uint8_t *)"x", HUGE(1)};
    FAILS(FAULT, w_fd_write(1, FAR(&part), 1, counts));
    FAILS(FAULT, w_fd_write(1, &part, 1, FAR(counts)));
    FAILS(INVAL, w_fd_write(1, &part, HUGE(1), counts));
    FAILS(FAULT, w_fd_write(1, &bad, 1, counts));
    FAILS(FAULT, w_fd_write(1, &empty, 1, counts));
    FAILS(FAULT, w_fd_write(1, &large, 1, counts));
  }
  SAME(-1, (intptr_t)counts[0]);
  OK(w_fd_write(1, &part, 1, counts));
  SAME(1, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
}
CASE(fd_write, "writes the parts of a list") {
  __wasi_ciovec_t parts[] = {{(const uint8_t *)"to ", 3}, {0, 0}, {(const uint8_t *)"gether", 6}};
  size_t count = 77;
  OK(w_fd_write(1, parts, 3, &count));
  SAME(9, count);
  int fd = wasi_open("file", CREATE);
  OK(w_fd_write(fd, parts, 3, &count));
  wasi_holds("file", "to gether");
}
CASE(fd_write, "writes to the end of memory and not beyond") {
  size_t count = 77;
  __wasi_ciovec_t *last = (__wasi_ciovec_t *)(end() - sizeof(__wasi_ciovec_t));
  last->buf = (const uint8_t *)"whole";
  last->buf_len = 5;
  OK(w_fd_write(1, last, 1, &count));
  SAME(5, count);
  EACH_CUT { FAILS(FAULT, w_fd_write(1, end() - CUT(sizeof *last), 1, &count)); }
  FAILS(FAULT, w_fd_write(1, last, 2, &count));
  *last_byte() = '!';
  __wasi_ciovec_t byte = {last_byte(), 1}, over = {last_byte(), 2}, empty = {last_byte() + 1, 0};
  OK(w_fd_write(1, &byte, 1, &count));
  SAME(1, count);
  FAILS(FAULT, w_fd_write(1, &over, 1, &count));
  OK(w_fd_write(1, &empty, 1, &count));
  SAME(0, count);
  EACH_CUT { FAILS(FAULT, w_fd_write(1, &byte, 1, end() - CUT(sizeof count))); }
  OK(w_fd_write(1, &byte, 1, end() - sizeof count));
}
CASE(fd_write, "refuses more bytes in all than a size of 31 bits, though each part is there") {
  static __wasi_ciovec_t parts[1024];
  size_t count = 77;
  SAME(1, __builtin_wasm_memory_grow(0, 48) != (size_t)-1);
  for (int i = 0; i < 1024; i++) {
    parts[i].buf = 0;
    parts[i].buf_len = 3 << 20;
  }
  FAILS(INVAL, w_fd_write(1, parts, 1024, &count));
  FAILS(INVAL, w_fd_read(0, parts, 1024, &count));
  SAME(77, count);
}
CASE(fd_read, "takes no address and no size whose high half is not in memory") {
  char bytes[8] = "";
  __wasi_iovec_t part = {(uint8_t *)bytes, 5};
  size_t counts[2] = {-1, -1};
  EACH_WAY {
    __wasi_iovec_t bad = {FAR(bytes), 5}, large = {(uint8_t *)bytes, HUGE(5)};
    FAILS(FAULT, w_fd_read(0, FAR(&part), 1, counts));
    FAILS(FAULT, w_fd_read(0, &part, 1, FAR(counts)));
    FAILS(INVAL, w_fd_read(0, &part, HUGE(1), counts));
    FAILS(FAULT, w_fd_read(0, &bad, 1, counts));
    FAILS(FAULT, w_fd_read(0, &large, 1, counts));
  }
  FAILS(FAULT, w_fd_read(0, &part, 1, end() - sizeof(size_t) + 1));
  SAME(0, bytes[0]);
  OK(w_fd_read(0, &part, 1, counts)); /* from the beginning */
  OK(strcmp("input", bytes));
  SAME(5, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
}
CASE(fd_pread, "takes no address and no size whose high half is not in memory") {
  char bytes[8] = "";
  wasi_make("file", "text");
  int fd = wasi_open("file", 0);
  __wasi_iovec_t part = {(uint8_t *)bytes, 4};
  size_t counts[2] = {-1, -1};
  EACH_WAY {
    __wasi_iovec_t bad = {FAR(bytes), 4}, large = {(uint8_t *)bytes, HUGE(4)};
    FAILS(FAULT, w_fd_pread(fd, FAR(&part), 1, 0, counts));
    FAILS(FAULT, w_fd_pread(fd, &part, 1, 0, FAR(counts)));
    FAILS(FAULT, w_fd_pread(fd, &bad, 1, 0, counts));
    FAILS(FAULT, w_fd_pread(fd, &large, 1, 0, counts));
    FAILS(FAULT, w_fd_pwrite(fd, FAR(&part), 1, 0, counts));
    FAILS(FAULT, w_fd_pwrite(fd, &part, 1, 0, FAR(counts)));
    FAILS(FAULT, w_fd_pwrite(fd, &bad, 1, 0, counts));
    FAILS(FAULT, w_fd_pwrite(fd, &large, 1, 0, counts));
    FAILS(INVAL, w_fd_pread(fd, &part, HUGE(1), 0, counts));
    FAILS(INVAL, w_fd_pwrite(fd, &part, HUGE(1), 0, counts));
  }
  wasi_holds("file", "text");
  OK(w_fd_pread(fd, &part, 1, 1, counts));
  OK(strcmp("ext", bytes));
  SAME(3, counts[0]);
  OK(w_fd_pwrite(fd, &part, 1, 4, counts));
  SAME(4, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
}
CASE(fd_readdir, "takes no address and no size whose high half is not in memory") {
  char bytes[100] = "";
  size_t counts[2] = {-1, -1};
  EACH_WAY {
    FAILS(FAULT, w_fd_readdir(ROOT, FAR(bytes), 100, 0, counts));
    FAILS(FAULT, w_fd_readdir(ROOT, bytes, HUGE(100), 0, counts));
    FAILS(FAULT, w_fd_readdir(ROOT, bytes, 100, 0, FAR(counts)));
  }
  OK(w_fd_readdir(ROOT, bytes, 100, 0, counts));
  SAME(24 + 1 + 24 + 2, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
}
CASE(fd_filestat_get, "takes no address whose high half is not in memory, of any status") {
  __wasi_filestat_t status;
  __wasi_fdstat_t flags;
  uint64_t position = 5;
  int fd = wasi_open("file", CREATE);
  memset(&status, 1, sizeof status);
  EACH_WAY {
    FAILS(FAULT, w_fd_filestat_get(fd, FAR(&status)));
    FAILS(FAULT, w_fd_fdstat_get(fd, FAR(&flags)));
    FAILS(FAULT, w_fd_tell(fd, FAR(&position)));
    FAILS(FAULT, w_fd_seek(fd, 3, __WASI_WHENCE_SET, FAR(&position)));
    FAILS(FAULT, w_path_filestat_get(ROOT, 0, P("file"), FAR(&status)));
    FAILS(FAULT, w_path_filestat_get(ROOT, 0, FAR("file"), 4, &status));
    FAILS(FAULT, w_path_filestat_get(ROOT, 0, "file", HUGE(4), &status));
    FAILS(FAULT, w_path_filestat_set_times(ROOT, 0, FAR("file"), 4, 0, 0, 0));
    FAILS(FAULT, w_path_filestat_set_times(ROOT, 0, "file", HUGE(4), 0, 0, 0));
  }
  SAME(0x0101010101010101, status.size);
  SAME(5, position);
  OK(w_fd_tell(fd, &position));
  SAME(0, position);
}
CASE(fd_prestat_get, "is as long as two words") {
  size_t found[3], sizes = sizeof(size_t);
  memset(found, -1, sizeof found);
  OK(w_fd_prestat_get(ROOT, found));
  SAME(0, found[0]);
  SAME(1, found[1]);
  SAME(-1, (intptr_t)found[2]);
  OK(w_fd_prestat_get(ROOT, end() - 2 * sizes));
  FAILS(FAULT, w_fd_prestat_get(ROOT, end() - 2 * sizes + 1));
  char name[2] = "";
  EACH_WAY {
    FAILS(FAULT, w_fd_prestat_get(ROOT, FAR(found)));
    FAILS(FAULT, w_fd_prestat_dir_name(ROOT, FAR(name), 1));
    SAME(0, name[0]);
  }
  EACH_WAY {
    OK(w_fd_prestat_dir_name(ROOT, name, HUGE(1))); /* no more is written than there is */
    OK(strcmp("/", name));
  }
}
CASE(path_open, "takes no address and no size whose high half is not in memory") {
  int fds[2] = {-1, -1};
  EACH_WAY {
    FAILS(FAULT, w_path_open(ROOT, 0, FAR("a"), 1, CREATE, 0, 0, 0, fds));
    FAILS(FAULT, w_path_open(ROOT, 0, "a", HUGE(1), CREATE, 0, 0, 0, fds));
    FAILS(FAULT, w_path_open(ROOT, 0, P("a"), CREATE, 0, 0, 0, FAR(fds)));
    FAILS(FAULT, w_path_create_directory(ROOT, FAR("d"), 1));
    FAILS(FAULT, w_path_create_directory(ROOT, "d", HUGE(1)));
    FAILS(FAULT, w_path_symlink(FAR("x"), 1, ROOT, P("l")));
    FAILS(FAULT, w_path_symlink("x", HUGE(1), ROOT, P("l")));
    FAILS(FAULT, w_path_symlink(P("x"), ROOT, FAR("l"), 1));
    FAILS(FAULT, w_path_symlink(P("x"), ROOT, "l", HUGE(1)));
    FAILS(NOENT, w_path_unlink_file(ROOT, P("a")));
    FAILS(NOENT, w_path_unlink_file(ROOT, P("l")));
    FAILS(NOENT, w_path_remove_directory(ROOT, P("d")));
  }
  OK(w_path_open(ROOT, 0, P("a"), CREATE, 0, 0, 0, fds));
  SAME(4, fds[0]); /* a descriptor has 4 bytes, whatever words have */
  SAME(-1, fds[1]);
  OK(w_path_open(ROOT, 0, P("b"), CREATE, 0, 0, 0, end() - 4));
  FAILS(FAULT, w_path_open(ROOT, 0, P("c"), CREATE, 0, 0, 0, end() - 3));
}
CASE(path_rename, "takes no address and no size whose high half is not in memory") {
  wasi_make("a", "text");
  OK(w_path_create_directory(ROOT, P("d")));
  EACH_WAY {
    FAILS(FAULT, w_path_rename(ROOT, FAR("a"), 1, ROOT, P("b")));
    FAILS(FAULT, w_path_rename(ROOT, "a", HUGE(1), ROOT, P("b")));
    FAILS(FAULT, w_path_rename(ROOT, P("a"), ROOT, FAR("b"), 1));
    FAILS(FAULT, w_path_rename(ROOT, P("a"), ROOT, "b", HUGE(1)));
    FAILS(FAULT, w_path_link(ROOT, 0, FAR("a"), 1, ROOT, P("b")));
    FAILS(FAULT, w_path_link(ROOT, 0, "a", HUGE(1), ROOT, P("b")));
    FAILS(FAULT, w_path_link(ROOT, 0, P("a"), ROOT, FAR("b"), 1));
    FAILS(FAULT, w_path_link(ROOT, 0, P("a"), ROOT, "b", HUGE(1)));
    FAILS(FAULT, w_path_unlink_file(ROOT, FAR("a"), 1));
    FAILS(FAULT, w_path_unlink_file(ROOT, "a", HUGE(1)));
    FAILS(FAULT, w_path_remove_directory(ROOT, FAR("d"), 1));
    FAILS(FAULT, w_path_remove_directory(ROOT, "d", HUGE(1)));
  }
  wasi_holds("a", "text");
  OK(w_path_remove_directory(ROOT, P("d")));
}
CASE(path_readlink, "takes no address and no size whose high half is not in memory") {
  char bytes[8] = "";
  size_t counts[2] = {-1, -1};
  OK(w_path_symlink(P("there"), ROOT, P("l")));
  EACH_WAY {
    FAILS(FAULT, w_path_readlink(ROOT, FAR("l"), 1, bytes, 8, counts));
    FAILS(FAULT, w_path_readlink(ROOT, "l", HUGE(1), bytes, 8, counts));
    FAILS(FAULT, w_path_readlink(ROOT, P("l"), FAR(bytes), 8, counts));
    FAILS(FAULT, w_path_readlink(ROOT, P("l"), bytes, HUGE(8), counts));
    FAILS(FAULT, w_path_readlink(ROOT, P("l"), bytes, 8, FAR(counts)));
  }
  SAME(0, bytes[0]);
  OK(w_path_readlink(ROOT, P("l"), bytes, 8, counts));
  OK(strcmp("there", bytes));
  SAME(5, counts[0]);
  SAME(-1, (intptr_t)counts[1]);
}
CASE(sock_recv, "knows no sockets, whatever it is given") {
  EACH_WAY {
    FAILS(NOTSOCK, w_sock_recv(0, FAR("x"), HUGE(1), 0, FAR("x"), FAR("x")));
    FAILS(NOTSOCK, w_sock_send(0, FAR("x"), HUGE(1), 0, FAR("x")));
    FAILS(NOTSOCK, w_sock_accept(0, 0, FAR("x")));
  }
}
CASE(stream_open, "takes no address and no size whose high half is not in memory") {
  SAME(-__WASI_ERRNO_NOTCAPABLE, stream_open(P("buyer")));
  EACH_WAY {
    SAME(-__WASI_ERRNO_FAULT, stream_open(FAR("buyer"), 5));
    SAME(-__WASI_ERRNO_FAULT, stream_open("buyer", HUGE(5)));
  }
}
CASE(emscripten_notify_memory_growth, "does nothing, and other calls say that nothing is there") {
  char bytes[4];
  emscripten_notify_memory_growth(0);
  emscripten_notify_memory_growth((size_t)-1);
  SAME(0, _emscripten_system(0));
  SAME(-__WASI_ERRNO_NOSYS, _emscripten_system("ls"));
  EACH_WAY { SAME(-__WASI_ERRNO_NOSYS, _emscripten_system(FAR(0))); }
  wasi_make("a", "text");
  SAME(-__WASI_ERRNO_NOSYS, __syscall_dup3(1, 2, 0));
  SAME(-__WASI_ERRNO_NOSYS, __syscall_readlinkat(-100, "a", bytes, 4));
  SAME(-__WASI_ERRNO_NOSYS, __syscall_renameat(-100, "a", -100, "b"));
  SAME(-__WASI_ERRNO_NOSYS, __syscall_rmdir("a"));
  SAME(-__WASI_ERRNO_NOSYS, __syscall_unlinkat(-100, "a", 0));
  wasi_holds("a", "text");
}
