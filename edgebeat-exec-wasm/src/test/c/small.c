/*
 * As much of a C library as the test programs of WASI need, for targets that have none. It makes of
 * the host's answers what wasi-libc makes of them; its headers are wasi-libc's.
 */
#include "wasi.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int errno;

/* 0, or -1 with the error number. */
static int done(int error) {
  if (error) {
    errno = error;
  }
  return error ? -1 : 0;
}
/* The same, where POSIX knows another error for what was not granted. */
static int done_as(int error, int not_granted) {
  return done(error == ENOTCAPABLE ? not_granted : error);
}

void *memset(void *to, int value, size_t size) {
  for (size_t i = 0; i < size; i++) ((unsigned char *)to)[i] = value;
  return to;
}
void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  for (size_t i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}
int memcmp(const void *a, const void *b, size_t size) {
  const unsigned char *left = a, *right = b;
  for (size_t i = 0; i < size; i++) {
    if (left[i] != right[i]) return left[i] - right[i];
  }
  return 0;
}
size_t strlen(const char *text) {
  size_t size = 0;
  while (text[size]) size++;
  return size;
}
int strncmp(const char *a, const char *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (a[i] != b[i] || !a[i]) return (unsigned char)a[i] - (unsigned char)b[i];
  }
  return 0;
}
int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }
char *strcpy(char *restrict to, const char *restrict from) {
  memcpy(to, from, strlen(from) + 1);
  return to;
}

/* Formats %d, %u, %x, %s and %c, with zeros in front, with ll and z. */
static int format(char *to, size_t room, const char *how, va_list values) {
  size_t used = 0;
#define PUT(letter) (used + 1 < room ? (void)(to[used] = (letter)) : (void)0, used++)
  for (; *how; how++) {
    if (*how != '%') {
      PUT(*how);
      continue;
    }
    int width = 0, is_long = 0;
    while (*++how >= '0' && *how <= '9') width = 10 * width + *how - '0';
    for (; *how == 'l' || *how == 'z'; how++) is_long += *how == 'z' ? sizeof(size_t) / 4 : 1;
    if (*how == 's') {
      for (const char *text = va_arg(values, const char *); *text; text++) PUT(*text);
    } else if (*how == 'c') {
      PUT((char)va_arg(values, int));
    } else {
      long long value = is_long > 1 ? va_arg(values, long long) : va_arg(values, int);
      unsigned long long rest = *how == 'd' && value < 0 ? -(unsigned long long)value
                                : is_long > 1            ? (unsigned long long)value
                                                         : (unsigned)value;
      char digits[24];
      int count = 0, base = *how == 'x' ? 16 : 10;
      do {
        digits[count++] = "0123456789abcdef"[rest % base];
        rest /= base;
      } while (rest);
      if (*how == 'd' && value < 0) PUT('-');
      for (int i = count; i < width; i++) PUT('0');
      while (count) PUT(digits[--count]);
    }
  }
  if (room) {
    to[used < room ? used : room - 1] = 0;
  }
  return (int)used;
}
int snprintf(char *restrict to, size_t room, const char *restrict how, ...) {
  va_list values;
  va_start(values, how);
  int size = format(to, room, how, values);
  va_end(values);
  return size;
}
char *strerror(int number) {
  static char text[16];
  snprintf(text, sizeof text, "errno %d", number);
  return text;
}

struct _IO_FILE {
  int fd;
  int used; /* of the buffer; only the output has one */
};
static struct _IO_FILE files[8] = {{-1, 0}, {1, 0}, {2, 0}, {-1, 0}, {-1, 0}, {-1, 0}, {-1, 0}, {-1, 0}};
static char buffered[1024];
FILE *const stdout = &files[1];
FILE *const stderr = &files[2];

static void flush(void) {
  if (files[1].used) {
    write(1, buffered, files[1].used);
    files[1].used = 0;
  }
}
static int put(FILE *file, const char *text, size_t size) {
  if (file->fd != 1) {
    return (int)write(file->fd, text, size);
  }
  for (size_t i = 0; i < size; i++) {
    buffered[file->used++] = text[i];
    if (file->used == sizeof buffered) flush();
  }
  return (int)size;
}
static int print(FILE *file, const char *how, va_list values) {
  char line[1024];
  int size = format(line, sizeof line, how, values);
  return put(file, line, size < (int)sizeof line ? size : (int)sizeof line - 1);
}
int printf(const char *restrict how, ...) {
  va_list values;
  va_start(values, how);
  int size = print(stdout, how, values);
  va_end(values);
  return size;
}
int fprintf(FILE *restrict file, const char *restrict how, ...) {
  va_list values;
  va_start(values, how);
  int size = print(file, how, values);
  va_end(values);
  return size;
}
int fputs(const char *restrict text, FILE *restrict file) { return put(file, text, strlen(text)); }
FILE *fopen(const char *restrict path, const char *restrict mode) {
  int how = mode[1] == '+' ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
  how |= *mode == 'r' ? 0 : *mode == 'w' ? O_CREAT | O_TRUNC : O_CREAT | O_APPEND;
  int fd = open(path, how, 0666);
  for (int i = 3; fd >= 0 && i < 8; i++) {
    if (files[i].fd < 0) {
      files[i].fd = fd;
      return &files[i];
    }
  }
  return 0;
}
int fclose(FILE *file) {
  int fd = file->fd;
  file->fd = -1;
  return close(fd);
}
int fgetc(FILE *file) {
  unsigned char byte;
  return read(file->fd, &byte, 1) == 1 ? byte : EOF;
}
int fseek(FILE *file, long offset, int whence) {
  return lseek(file->fd, offset, whence) < 0 ? -1 : 0;
}

ssize_t readv(int fd, const struct iovec *parts, int count) {
  size_t size;
  return done_as(w_fd_read(fd, parts, count, &size), EBADF) ? -1 : (ssize_t)size;
}
ssize_t read(int fd, void *bytes, size_t size) {
  struct iovec part = {bytes, size};
  return readv(fd, &part, 1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  size_t size;
  return done_as(w_fd_write(fd, parts, count, &size), EBADF) ? -1 : (ssize_t)size;
}
ssize_t write(int fd, const void *bytes, size_t size) {
  struct iovec part = {(void *)bytes, size};
  return writev(fd, &part, 1);
}
ssize_t preadv(int fd, const struct iovec *parts, int count, off_t offset) {
  size_t size;
  return done_as(w_fd_pread(fd, parts, count, offset, &size), ESPIPE) ? -1 : (ssize_t)size;
}
ssize_t pread(int fd, void *bytes, size_t size, off_t offset) {
  struct iovec part = {bytes, size};
  return preadv(fd, &part, 1, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  size_t size;
  return done_as(w_fd_pwrite(fd, parts, count, offset, &size), ESPIPE) ? -1 : (ssize_t)size;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  struct iovec part = {(void *)bytes, size};
  return pwritev(fd, &part, 1, offset);
}
off_t __wasilibc_tell(int fd) {
  uint64_t position;
  return done_as(w_fd_tell(fd, &position), ESPIPE) ? -1 : (off_t)position;
}
#undef lseek
off_t lseek(int fd, off_t offset, int whence) {
  uint64_t position;
  return done_as(w_fd_seek(fd, offset, whence, &position), ESPIPE) ? -1 : (off_t)position;
}
int close(int fd) { return done(w_fd_close(fd)); }
int fsync(int fd) { return done_as(w_fd_sync(fd), EBADF); }
int fdatasync(int fd) { return done_as(w_fd_datasync(fd), EBADF); }
int ftruncate(int fd, off_t size) { return done(w_fd_filestat_set_size(fd, size)); }
int posix_fadvise(int fd, off_t offset, off_t size, int advice) {
  return w_fd_advise(fd, offset, size, advice);
}
int posix_fallocate(int fd, off_t offset, off_t size) { return w_fd_allocate(fd, offset, size); }
int isatty(int fd) {
  __wasi_fdstat_t status;
  if (!done(w_fd_fdstat_get(fd, &status))) {
    errno = ENOTTY;
  }
  return 0; /* no host of these programs has one */
}
int fcntl(int fd, int what, ...) {
  va_list values;
  va_start(values, what);
  int flags = what == F_SETFL ? va_arg(values, int) : 0;
  va_end(values);
  if (what == F_SETFL) {
    return done(w_fd_fdstat_set_flags(fd, flags & 0xfff));
  }
  __wasi_fdstat_t status;
  if (done(w_fd_fdstat_get(fd, &status))) {
    return -1;
  }
  return status.fs_flags | (status.fs_rights_base & RIGHT(FD_READ) ? O_RDONLY : 0) |
         (status.fs_rights_base & RIGHT(FD_WRITE) ? O_WRONLY : 0);
}

/* Every path begins in the one directory that is preopened. */
static const char *below(const char *path) {
  while (*path == '/') path++;
  return *path ? path : ".";
}
#define BELOW(path) P(below(path))

int open(const char *path, int how, ...) {
  const uint64_t reading = RIGHT(FD_READ) | RIGHT(FD_READDIR);
  const uint64_t writing = RIGHT(FD_DATASYNC) | RIGHT(FD_WRITE) | RIGHT(FD_ALLOCATE) |
                           RIGHT(FD_FILESTAT_SET_SIZE);
  uint64_t most = ~(reading | writing);
  most |= (how & O_RDONLY ? reading : 0) | (how & O_WRONLY ? writing : 0);
  __wasi_fdstat_t root;
  int fd;
  if (done(w_fd_fdstat_get(ROOT, &root))) {
    return -1;
  }
  return done(w_path_open(ROOT, how & O_NOFOLLOW ? 0 : FOLLOW, BELOW(path), how >> 12 & 0xfff,
                          most & root.fs_rights_inheriting, root.fs_rights_inheriting,
                          how & 0xfff, &fd))
             ? -1
             : fd;
}
int mkdir(const char *path, mode_t mode) {
  (void)mode;
  return done(w_path_create_directory(ROOT, BELOW(path)));
}
int rmdir(const char *path) { return done(w_path_remove_directory(ROOT, BELOW(path))); }
int unlink(const char *path) { return done(w_path_unlink_file(ROOT, BELOW(path))); }
int remove(const char *path) {
  int error = w_path_unlink_file(ROOT, BELOW(path));
  return error == EISDIR ? rmdir(path) : done(error);
}
int link(const char *old, const char *path) {
  return done(w_path_link(ROOT, 0, BELOW(old), ROOT, BELOW(path)));
}
int symlink(const char *target, const char *path) {
  return done(w_path_symlink(P(target), ROOT, BELOW(path)));
}
int rename(const char *old, const char *path) {
  return done(w_path_rename(ROOT, BELOW(old), ROOT, BELOW(path)));
}
ssize_t readlink(const char *restrict path, char *restrict bytes, size_t size) {
  size_t used;
  return done(w_path_readlink(ROOT, BELOW(path), bytes, size, &used)) ? -1 : (ssize_t)used;
}

static struct timespec time_of(uint64_t nanos) {
  return (struct timespec){nanos / 1000000000, nanos % 1000000000};
}
static uint64_t nanos_of(const struct timespec *time) {
  return time->tv_sec * 1000000000ull + time->tv_nsec;
}
static int show(int error, const __wasi_filestat_t *from, struct stat *to) {
  if (!error) {
    static const mode_t modes[] = {0, S_IFBLK, S_IFCHR, S_IFDIR, S_IFREG, S_IFSOCK, S_IFSOCK, S_IFLNK};
    memset(to, 0, sizeof *to);
    to->st_dev = from->dev;
    to->st_ino = from->ino;
    to->st_nlink = from->nlink;
    to->st_mode = modes[from->filetype];
    to->st_size = from->size;
    to->st_atim = time_of(from->atim);
    to->st_mtim = time_of(from->mtim);
    to->st_ctim = time_of(from->ctim);
  }
  return done(error);
}
int fstat(int fd, struct stat *status) {
  __wasi_filestat_t found;
  return show(w_fd_filestat_get(fd, &found), &found, status);
}
int stat(const char *restrict path, struct stat *restrict status) {
  __wasi_filestat_t found;
  return show(w_path_filestat_get(ROOT, FOLLOW, BELOW(path), &found), &found, status);
}
int lstat(const char *restrict path, struct stat *restrict status) {
  __wasi_filestat_t found;
  return show(w_path_filestat_get(ROOT, 0, BELOW(path), &found), &found, status);
}
#define BOTH_TIMES (__WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM)
int futimens(int fd, const struct timespec times[2]) {
  return done(
      w_fd_filestat_set_times(fd, nanos_of(&times[0]), nanos_of(&times[1]), BOTH_TIMES));
}
int utimensat(int fd, const char *path, const struct timespec times[2], int how) {
  (void)fd;
  return done(w_path_filestat_set_times(ROOT, how & AT_SYMLINK_NOFOLLOW ? 0 : FOLLOW, BELOW(path),
                                        nanos_of(&times[0]), nanos_of(&times[1]), BOTH_TIMES));
}

struct _DIR {
  int fd;
  uint64_t cookie;
};
DIR *opendir(const char *path) {
  static struct _DIR directory;
  directory.fd = open(path, O_RDONLY | O_NONBLOCK | O_DIRECTORY);
  directory.cookie = 0;
  return directory.fd < 0 ? 0 : &directory;
}
struct dirent *readdir(DIR *directory) {
  static union {
    struct dirent entry;
    char bytes[sizeof(struct dirent) + 256];
  } found;
  char bytes[sizeof(__wasi_dirent_t) + 255];
  __wasi_dirent_t head;
  size_t used;
  if (done(w_fd_readdir(directory->fd, bytes, sizeof bytes, directory->cookie, &used)) || !used) {
    return 0;
  }
  memcpy(&head, bytes, sizeof head);
  directory->cookie = head.d_next;
  found.entry.d_ino = head.d_ino;
  found.entry.d_type = head.d_type;
  memcpy(found.entry.d_name, bytes + sizeof head, head.d_namlen);
  found.entry.d_name[head.d_namlen] = 0;
  return &found.entry;
}
int closedir(DIR *directory) { return close(directory->fd); }

struct __clockid {
  int id;
};
const struct __clockid _CLOCK_REALTIME = {0}, _CLOCK_MONOTONIC = {1};

int clock_getres(clockid_t clock, struct timespec *result) {
  uint64_t nanos;
  int error = w_clock_res_get(clock->id, &nanos);
  if (!error) {
    *result = time_of(nanos);
  }
  return done(error);
}
int clock_gettime(clockid_t clock, struct timespec *result) {
  uint64_t nanos;
  int error = w_clock_time_get(clock->id, 1, &nanos);
  if (!error) {
    *result = time_of(nanos);
  }
  return done(error);
}
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest) {
  (void)rest;
  __wasi_subscription_t in = {.userdata = 0};
  in.u.tag = __WASI_EVENTTYPE_CLOCK;
  in.u.u.clock.id = clock->id;
  in.u.u.clock.timeout = nanos_of(time);
  in.u.u.clock.flags = flags;
  __wasi_event_t out;
  size_t count;
  int error = w_poll_oneoff(&in, &out, 1, &count);
  return error ? error : out.error;
}
int nanosleep(const struct timespec *time, struct timespec *rest) {
  return done(clock_nanosleep(CLOCK_REALTIME, 0, time, rest));
}
int poll(struct pollfd *polled, nfds_t count, int timeout) {
  __wasi_subscription_t in[8] = {{0}};
  __wasi_event_t out[8];
  size_t wanted = 0, found;
  int ready = 0;
  for (nfds_t i = 0; i < count && wanted < 7; i++) {
    if (polled[i].events & POLLRDNORM) {
      in[wanted].userdata = i;
      in[wanted].u.tag = __WASI_EVENTTYPE_FD_READ;
      in[wanted++].u.u.fd_read.file_descriptor = polled[i].fd;
    }
    polled[i].revents = 0;
  }
  if (timeout >= 0) {
    in[wanted].u.tag = __WASI_EVENTTYPE_CLOCK;
    in[wanted++].u.u.clock.timeout = timeout * 1000000ull;
  }
  if (done(w_poll_oneoff(in, out, wanted, &found))) {
    return -1;
  }
  for (size_t i = 0; i < found; i++) {
    if (out[i].type == __WASI_EVENTTYPE_FD_READ) {
      polled[out[i].userdata].revents = out[i].error ? POLLERR : POLLRDNORM;
      ready++;
    }
  }
  return ready;
}
int getentropy(void *bytes, size_t size) { return done(w_random_get(bytes, size)); }
int sched_yield(void) { return done(w_sched_yield()); }
ssize_t recv(int fd, void *bytes, size_t size, int flags) {
  struct iovec part = {bytes, size};
  size_t count;
  __wasi_roflags_t found;
  return done(w_sock_recv(fd, &part, 1, flags, &count, &found)) ? -1 : (ssize_t)count;
}
ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  struct iovec part = {(void *)bytes, size};
  size_t count;
  return done(w_sock_send(fd, &part, 1, flags, &count)) ? -1 : (ssize_t)count;
}
int shutdown(int fd, int how) { return done(w_sock_shutdown(fd, how)); }

static char *words[16], *variables[16], strings[4096];
char **environ = variables;
char *getenv(const char *name) {
  size_t size = strlen(name);
  for (char **at = environ; *at; at++) {
    if (!strncmp(*at, name, size) && (*at)[size] == '=') {
      return *at + size + 1;
    }
  }
  return 0;
}
_Noreturn void exit(int code) {
  flush();
  w_proc_exit(code);
  __builtin_trap();
}

int main(int, char **);
void __wasm_call_ctors(void);

__attribute__((export_name("_start"))) void _start(void) {
  size_t count, bytes, more, used;
  if (w_args_sizes_get(&count, &bytes) || count > 15 || w_environ_sizes_get(&more, &used) ||
      more > 15 || bytes + used > sizeof strings || w_args_get(words, strings) ||
      w_environ_get(variables, strings + bytes)) {
    __builtin_trap();
  }
  __wasm_call_ctors();
  int code = main((int)count, words);
  flush();
  if (code) {
    w_proc_exit(code);
  }
}
