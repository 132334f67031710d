/*
 * Test programs of WASI preview 1: each CASE is run as an execution of its own, with its name as the
 * only argument, and passes by ending with the exit code it states. Called with "list", a program
 * prints its cases. Functions are called through imports of our own where libc would not pass what
 * the case wants to pass, and through libc where it matters what libc makes of the answer.
 */
#ifndef EDGEBEAT_TEST_WASI_H
#define EDGEBEAT_TEST_WASI_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define IMPORT(name) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int w_##name

IMPORT(args_get)(void *pointers, void *bytes);
IMPORT(args_sizes_get)(void *count, void *bytes);
IMPORT(environ_get)(void *pointers, void *bytes);
IMPORT(environ_sizes_get)(void *count, void *bytes);
IMPORT(clock_res_get)(int id, void *result);
IMPORT(clock_time_get)(int id, uint64_t precision, void *result);
IMPORT(random_get)(void *bytes, size_t count);
IMPORT(sched_yield)(void);
IMPORT(poll_oneoff)(const void *in, void *out, size_t count, void *result);
IMPORT(proc_raise)(int signal);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) void
w_proc_exit(int code);
IMPORT(fd_advise)(int fd, uint64_t offset, uint64_t length, int advice);
IMPORT(fd_allocate)(int fd, uint64_t offset, uint64_t length);
IMPORT(fd_close)(int fd);
IMPORT(fd_datasync)(int fd);
IMPORT(fd_fdstat_get)(int fd, void *result);
IMPORT(fd_fdstat_set_flags)(int fd, int flags);
IMPORT(fd_fdstat_set_rights)(int fd, uint64_t base, uint64_t inheriting);
IMPORT(fd_filestat_get)(int fd, void *result);
IMPORT(fd_filestat_set_size)(int fd, uint64_t size);
IMPORT(fd_filestat_set_times)(int fd, uint64_t accessed, uint64_t modified, int flags);
IMPORT(fd_pread)(int fd, const void *buffers, size_t count, uint64_t offset, void *result);
IMPORT(fd_prestat_get)(int fd, void *result);
IMPORT(fd_prestat_dir_name)(int fd, void *name, size_t size);
IMPORT(fd_pwrite)(int fd, const void *buffers, size_t count, uint64_t offset, void *result);
IMPORT(fd_read)(int fd, const void *buffers, size_t count, void *result);
IMPORT(fd_readdir)(int fd, void *bytes, size_t size, uint64_t cookie, void *result);
IMPORT(fd_renumber)(int from, int to);
IMPORT(fd_seek)(int fd, int64_t delta, int whence, void *result);
IMPORT(fd_sync)(int fd);
IMPORT(fd_tell)(int fd, void *result);
IMPORT(fd_write)(int fd, const void *buffers, size_t count, void *result);
IMPORT(path_create_directory)(int fd, const char *path, size_t size);
IMPORT(path_filestat_get)(int fd, int lookup, const char *path, size_t size, void *result);
IMPORT(path_filestat_set_times)
(int fd, int lookup, const char *path, size_t size, uint64_t accessed, uint64_t modified, int flags);
IMPORT(path_link)
(int old_fd, int lookup, const char *old_path, size_t old_size, int fd, const char *path, size_t size);
IMPORT(path_open)
(int fd, int lookup, const char *path, size_t size, int how, uint64_t base, uint64_t inheriting,
 int flags, void *result);
IMPORT(path_readlink)
(int fd, const char *path, size_t size, void *bytes, size_t most, void *result);
IMPORT(path_remove_directory)(int fd, const char *path, size_t size);
IMPORT(path_rename)
(int old_fd, const char *old_path, size_t old_size, int fd, const char *path, size_t size);
IMPORT(path_symlink)(const char *target, size_t target_size, int fd, const char *path, size_t size);
IMPORT(path_unlink_file)(int fd, const char *path, size_t size);
IMPORT(sock_accept)(int fd, int flags, void *result);
IMPORT(sock_recv)
(int fd, const void *buffers, size_t count, int flags, void *result, void *result_flags);
IMPORT(sock_send)(int fd, const void *buffers, size_t count, int flags, void *result);
IMPORT(sock_shutdown)(int fd, int how);

/* A path as address and size. */
#define P(path) (path), strlen(path)
#define ROOT 3
#define CLOSED 999
/* Lies behind every memory that these programs have; cut to 32 bits, the first would not. */
#ifdef __wasm64__
#define NOWHERE ((void *)0x500000400)
#else
#define NOWHERE ((void *)0xfffffff0)
#endif
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
#define CREATE __WASI_OFLAGS_CREAT
#define RIGHT(name) ((uint64_t)__WASI_RIGHTS_##name)
#define READ_WRITE                                                                          \
  (RIGHT(FD_READ) | RIGHT(FD_WRITE) | RIGHT(FD_SEEK) | RIGHT(FD_TELL) | RIGHT(FD_FILESTAT_GET) | \
   RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_FILESTAT_SET_TIMES) | RIGHT(FD_ALLOCATE) |        \
   RIGHT(FD_ADVISE) | RIGHT(FD_SYNC) | RIGHT(FD_DATASYNC) | RIGHT(FD_FDSTAT_SET_FLAGS) |    \
   RIGHT(POLL_FD_READWRITE))

struct wasi_case {
  const char *function;
  const char *what;
  int bare; /* run without clock, random bytes and environment */
  int exit_code;
  void (*run)(void);
  struct wasi_case *next;
};
extern struct wasi_case *wasi_cases;

#define CASE(function, what) CASE_ON(function, what, 0, 0, __LINE__)
#define BARE_CASE(function, what) CASE_ON(function, what, 1, 0, __LINE__)
#define EXIT_CASE(function, what, code) CASE_ON(function, what, 0, code, __LINE__)
#define CASE_ON(function, what, bare, code, line) CASE_NAMED(function, what, bare, code, line)
#define CASE_NAMED(function, what, bare, code, line)                          \
  static void run_##line(void);                                               \
  static struct wasi_case case_##line = {#function, what, bare, code, run_##line, 0}; \
  __attribute__((constructor)) static void add_##line(void) {                 \
    case_##line.next = wasi_cases;                                            \
    wasi_cases = &case_##line;                                                \
  }                                                                           \
  static void run_##line(void)

#define SAME(expected, found) \
  wasi_same(__LINE__, #found, (long long)(expected), (long long)(found))
#define OK(call) SAME(0, call)
#define FAILS(name, call) SAME(__WASI_ERRNO_##name, call)
/* A call of libc that gives -1 and this errno. */
#define LIBC_FAILS(number, call) (errno = 0, SAME(-1, call), SAME(number, errno))

void wasi_same(int line, const char *what, long long expected, long long found);
/* Makes a file with a text in it. */
void wasi_make(const char *path, const char *text);
/* Opens below the root, with all rights a file can have. */
int wasi_open(const char *path, int how);
int wasi_open_directory(const char *path);
/* Compares the whole of a file. */
void wasi_holds(const char *path, const char *text);

#endif
