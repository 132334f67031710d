/* fd_*: what can be done with what is open. */
#include "wasi.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define NOW 1772600767000000008

static uint64_t position_of(int fd) {
  uint64_t position = 12345;
  OK(w_fd_tell(fd, &position));
  return position;
}
static void drop(int fd, uint64_t rights) {
  __wasi_fdstat_t status;
  OK(w_fd_fdstat_get(fd, &status));
  OK(w_fd_fdstat_set_rights(fd, status.fs_rights_base & ~rights, status.fs_rights_inheriting));
}
static __wasi_filestat_t status_of(int fd) {
  __wasi_filestat_t status;
  OK(w_fd_filestat_get(fd, &status));
  return status;
}

CASE(fd_advise, "takes every advice") {
  int fd = wasi_open("file", CREATE);
  for (int advice = 0; advice < 6; advice++) {
    OK(w_fd_advise(fd, 0, 100, advice));
  }
  OK(posix_fadvise(fd, 10, 0, POSIX_FADV_SEQUENTIAL));
}
CASE(fd_advise, "refuses unknown advice, streams, directories and missing rights") {
  int fd = wasi_open("file", CREATE);
  FAILS(INVAL, w_fd_advise(fd, 0, 0, 6));
  FAILS(INVAL, w_fd_advise(fd, UINT64_MAX, 1, 0));
  FAILS(INVAL, w_fd_advise(fd, 1, UINT64_MAX, 0));
  FAILS(SPIPE, w_fd_advise(0, 0, 0, 0));
  FAILS(ISDIR, w_fd_advise(ROOT, 0, 0, 0));
  FAILS(BADF, w_fd_advise(CLOSED, 0, 0, 0));
  drop(fd, RIGHT(FD_ADVISE));
  FAILS(NOTCAPABLE, w_fd_advise(fd, 0, 0, 0));
}
CASE(fd_allocate, "makes a file longer with zeros, never shorter") {
  wasi_make("file", "text");
  int fd = wasi_open("file", 0);
  OK(posix_fallocate(fd, 2, 100));
  SAME(102, status_of(fd).size);
  OK(w_fd_allocate(fd, 0, 10));
  SAME(102, status_of(fd).size);
  char bytes[200];
  SAME(102, read(fd, bytes, 200));
  OK(memcmp("text\0\0\0", bytes, 7));
}
CASE(fd_allocate, "refuses nothing, too much, streams, directories and missing rights") {
  int fd = wasi_open("file", CREATE);
  FAILS(INVAL, w_fd_allocate(fd, 0, 0));
  FAILS(INVAL, w_fd_allocate(fd, -1, 1));
  FAILS(FBIG, w_fd_allocate(fd, INT64_MAX, INT64_MAX));
  FAILS(FBIG, w_fd_allocate(fd, 0, 1 << 30));
  FAILS(SPIPE, w_fd_allocate(1, 0, 1));
  FAILS(ISDIR, w_fd_allocate(ROOT, 0, 1));
  FAILS(BADF, w_fd_allocate(CLOSED, 0, 1));
  drop(fd, RIGHT(FD_ALLOCATE));
  FAILS(NOTCAPABLE, w_fd_allocate(fd, 0, 1));
  SAME(0, status_of(fd).size);
}
CASE(fd_close, "closes files, directories and streams once") {
  int fd = wasi_open("file", CREATE);
  OK(close(fd));
  LIBC_FAILS(EBADF, close(fd));
  OK(w_fd_close(0));
  FAILS(BADF, w_fd_close(0));
  char byte;
  LIBC_FAILS(EBADF, read(0, &byte, 1));
  OK(w_fd_close(ROOT));
  FAILS(BADF, w_path_create_directory(ROOT, P("a")));
}
CASE(fd_close, "frees the number for the next that is opened") {
  int first = wasi_open("a", CREATE), second = wasi_open("b", CREATE);
  SAME(first + 1, second);
  OK(w_fd_close(first));
  SAME(first, wasi_open("c", CREATE));
  OK(w_fd_close(0));
  SAME(0, wasi_open("d", CREATE));
}
CASE(fd_close, "refuses numbers that were never open") {
  FAILS(BADF, w_fd_close(CLOSED));
  FAILS(BADF, w_fd_close(-1));
}
CASE(fd_datasync, "has nothing to do for files and directories") {
  OK(fdatasync(wasi_open("file", CREATE)));
  OK(w_fd_datasync(ROOT));
}
CASE(fd_datasync, "refuses streams and missing rights") {
  FAILS(INVAL, w_fd_datasync(1));
  FAILS(BADF, w_fd_datasync(CLOSED));
  int fd = wasi_open("file", CREATE);
  drop(fd, RIGHT(FD_DATASYNC));
  FAILS(NOTCAPABLE, w_fd_datasync(fd));
}
CASE(fd_sync, "has nothing to do for files and directories") {
  OK(fsync(wasi_open("file", CREATE)));
  OK(w_fd_sync(ROOT));
}
CASE(fd_sync, "refuses streams and missing rights") {
  FAILS(INVAL, w_fd_sync(0));
  FAILS(BADF, w_fd_sync(CLOSED));
  int fd = wasi_open("file", CREATE);
  drop(fd, RIGHT(FD_SYNC));
  FAILS(NOTCAPABLE, w_fd_sync(fd));
  OK(w_fd_datasync(fd));
}
CASE(fd_fdstat_get, "shows types, flags and rights") {
  __wasi_fdstat_t status;
  OK(w_fd_fdstat_get(0, &status));
  SAME(__WASI_FILETYPE_UNKNOWN, status.fs_filetype);
  SAME(RIGHT(FD_READ), status.fs_rights_base & (RIGHT(FD_READ) | RIGHT(FD_WRITE) | RIGHT(FD_SEEK)));
  OK(w_fd_fdstat_get(1, &status));
  SAME(RIGHT(FD_WRITE), status.fs_rights_base & (RIGHT(FD_READ) | RIGHT(FD_WRITE)));
  OK(w_fd_fdstat_get(ROOT, &status));
  SAME(__WASI_FILETYPE_DIRECTORY, status.fs_filetype);
  SAME(0, status.fs_rights_base & RIGHT(FD_READ));
  SAME(RIGHT(FD_READ), status.fs_rights_inheriting & RIGHT(FD_READ));
  int fd = open("file", O_WRONLY | O_CREAT | O_APPEND, 0666);
  SAME(O_WRONLY | O_APPEND, fcntl(fd, F_GETFL));
  OK(w_fd_fdstat_get(fd, &status));
  SAME(__WASI_FILETYPE_REGULAR_FILE, status.fs_filetype);
  SAME(__WASI_FDFLAGS_APPEND, status.fs_flags);
  SAME(0, status.fs_rights_inheriting);
  SAME(0, isatty(1));
}
CASE(fd_fdstat_get, "refuses what is not open and addresses behind the memory") {
  __wasi_fdstat_t status;
  FAILS(BADF, w_fd_fdstat_get(CLOSED, &status));
  FAILS(FAULT, w_fd_fdstat_get(1, NOWHERE));
}
CASE(fd_fdstat_set_flags, "lets a file be appended to from now on") {
  wasi_make("file", "one");
  int fd = open("file", O_RDWR);
  OK(fcntl(fd, F_SETFL, O_APPEND));
  SAME(3, write(fd, "two", 3));
  SAME(6, position_of(fd));
  OK(w_fd_fdstat_set_flags(fd, 0));
  SAME(0, lseek(fd, 0, SEEK_SET));
  SAME(1, write(fd, "O", 1));
  wasi_holds("file", "Onetwo");
}
CASE(fd_fdstat_set_flags, "refuses unknown flags, streams and missing rights") {
  int fd = wasi_open("file", CREATE);
  OK(w_fd_fdstat_set_flags(fd, 31));
  FAILS(INVAL, w_fd_fdstat_set_flags(fd, 32));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_flags(0, __WASI_FDFLAGS_NONBLOCK));
  FAILS(BADF, w_fd_fdstat_set_flags(CLOSED, 0));
  drop(fd, RIGHT(FD_FDSTAT_SET_FLAGS));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_flags(fd, 0));
}
CASE(fd_fdstat_set_rights, "gives rights up for good") {
  __wasi_fdstat_t status;
  int fd = wasi_open("file", CREATE);
  OK(w_fd_fdstat_set_rights(fd, RIGHT(FD_READ), 0));
  OK(w_fd_fdstat_get(fd, &status));
  SAME(RIGHT(FD_READ), status.fs_rights_base);
  LIBC_FAILS(EBADF, write(fd, "x", 1));
  OK(w_fd_fdstat_get(ROOT, &status));
  OK(w_fd_fdstat_set_rights(ROOT, status.fs_rights_base, RIGHT(FD_READ)));
  FAILS(NOTCAPABLE, w_path_open(ROOT, 0, P("file"), 0, RIGHT(FD_WRITE), 0, 0, &fd));
  OK(w_path_open(ROOT, 0, P("file"), 0, RIGHT(FD_READ), 0, 0, &fd));
}
CASE(fd_fdstat_set_rights, "gains none") {
  int fd = wasi_open("file", CREATE);
  OK(w_fd_fdstat_set_rights(fd, RIGHT(FD_READ), 0));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_rights(fd, RIGHT(FD_READ) | RIGHT(FD_WRITE), 0));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_rights(fd, 0, RIGHT(FD_READ)));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_rights(ROOT, RIGHT(FD_READ), 0));
  FAILS(NOTCAPABLE, w_fd_fdstat_set_rights(0, 1ull << 63, 0));
  FAILS(BADF, w_fd_fdstat_set_rights(CLOSED, 0, 0));
}
CASE(fd_filestat_get, "shows size, links, times and a number of its own") {
  wasi_make("file", "twelve bytes");
  int fd = wasi_open("file", 0);
  __wasi_filestat_t file = status_of(fd), root = status_of(ROOT);
  SAME(__WASI_FILETYPE_REGULAR_FILE, file.filetype);
  SAME(12, file.size);
  SAME(1, file.nlink);
  SAME(NOW, file.mtim);
  SAME(NOW, file.ctim);
  SAME(1, root.ino);
  SAME(2, file.ino);
  SAME(__WASI_FILETYPE_DIRECTORY, root.filetype);
  SAME(2, root.nlink);
  SAME(0, file.dev);
  struct stat seen;
  OK(fstat(fd, &seen));
  SAME(12, seen.st_size);
  SAME(1, S_ISREG(seen.st_mode));
}
CASE(fd_filestat_get, "refuses what is not open, addresses behind the memory, missing rights") {
  __wasi_filestat_t status;
  FAILS(BADF, w_fd_filestat_get(CLOSED, &status));
  FAILS(FAULT, w_fd_filestat_get(ROOT, NOWHERE));
  drop(ROOT, RIGHT(FD_FILESTAT_GET));
  FAILS(NOTCAPABLE, w_fd_filestat_get(ROOT, &status));
}
BARE_CASE(fd_filestat_get, "shows the beginning of 1970 without a clock, and nothing of streams") {
  wasi_make("file", "text");
  SAME(0, status_of(wasi_open("file", 0)).mtim);
  __wasi_filestat_t status = status_of(0);
  SAME(__WASI_FILETYPE_UNKNOWN, status.filetype);
  SAME(0, status.size);
  SAME(0, status.ino);
}
CASE(fd_filestat_set_size, "cuts a file and fills it with zeros") {
  wasi_make("file", "twelve bytes");
  int fd = wasi_open("file", 0);
  OK(ftruncate(fd, 6));
  OK(w_fd_filestat_set_size(fd, 9000));
  SAME(9000, status_of(fd).size);
  char bytes[16];
  SAME(16, pread(fd, bytes, 16, 0));
  OK(memcmp("twelve\0\0\0\0\0\0\0\0\0\0", bytes, 16));
  SAME(4, pread(fd, bytes, 16, 8996));
  OK(memcmp("\0\0\0\0", bytes, 4));
}
CASE(fd_filestat_set_size, "refuses what is too large, no file or lacks the right") {
  int fd = wasi_open("file", CREATE);
  FAILS(INVAL, w_fd_filestat_set_size(fd, UINT64_MAX));
  FAILS(FBIG, w_fd_filestat_set_size(fd, INT64_MAX));
  FAILS(FBIG, w_fd_filestat_set_size(fd, 1 << 30));
  FAILS(ISDIR, w_fd_filestat_set_size(ROOT, 0));
  FAILS(INVAL, w_fd_filestat_set_size(1, 0));
  FAILS(BADF, w_fd_filestat_set_size(CLOSED, 0));
  drop(fd, RIGHT(FD_FILESTAT_SET_SIZE));
  FAILS(NOTCAPABLE, w_fd_filestat_set_size(fd, 0));
}
CASE(fd_filestat_set_times, "sets one, both or now") {
  int fd = wasi_open("file", CREATE);
  OK(w_fd_filestat_set_times(fd, 11, 22, __WASI_FSTFLAGS_ATIM));
  SAME(11, status_of(fd).atim);
  SAME(NOW, status_of(fd).mtim);
  struct timespec times[2] = {{3, 4}, {5, 6}};
  OK(futimens(fd, times));
  SAME(3000000004, status_of(fd).atim);
  SAME(5000000006, status_of(fd).mtim);
  OK(w_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM_NOW | __WASI_FSTFLAGS_MTIM_NOW));
  SAME(NOW, status_of(fd).atim);
  SAME(NOW, status_of(fd).mtim);
  OK(w_fd_filestat_set_times(ROOT, 7, 8, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
  SAME(8, status_of(ROOT).mtim);
  OK(w_fd_filestat_set_times(fd, 1, 2, 0));
  SAME(NOW, status_of(fd).mtim);
}
CASE(fd_filestat_set_times, "refuses two times for one, streams and missing rights") {
  int fd = wasi_open("file", CREATE);
  FAILS(INVAL, w_fd_filestat_set_times(fd, 0, 0, 3));
  FAILS(INVAL, w_fd_filestat_set_times(fd, 0, 0, 12));
  FAILS(INVAL, w_fd_filestat_set_times(fd, 0, 0, 16));
  FAILS(NOTCAPABLE, w_fd_filestat_set_times(1, 0, 0, 1));
  FAILS(BADF, w_fd_filestat_set_times(CLOSED, 0, 0, 1));
  drop(fd, RIGHT(FD_FILESTAT_SET_TIMES));
  FAILS(NOTCAPABLE, w_fd_filestat_set_times(fd, 0, 0, 1));
}
BARE_CASE(fd_filestat_set_times, "knows no now without a clock") {
  int fd = wasi_open("file", CREATE);
  FAILS(NOTSUP, w_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_MTIM_NOW));
  OK(w_fd_filestat_set_times(fd, 0, 5, __WASI_FSTFLAGS_MTIM));
  SAME(5, status_of(fd).mtim);
}
CASE(fd_pread, "reads anywhere and moves nothing") {
  wasi_make("file", "twelve bytes");
  int fd = wasi_open("file", 0);
  char a[4] = "", b[8] = "";
  struct iovec parts[] = {{a, 3}, {b, 7}};
  SAME(5, preadv(fd, parts, 2, 7));
  OK(strcmp("byt", a));
  OK(strcmp("es", b));
  SAME(0, position_of(fd));
  SAME(0, pread(fd, a, 3, 12));
  SAME(0, pread(fd, a, 3, INT64_MAX));
}
CASE(fd_pread, "refuses streams, directories, offsets that are none and missing rights") {
  int fd = wasi_open("file", CREATE);
  char byte;
  __wasi_iovec_t part = {(uint8_t *)&byte, 1};
  size_t count;
  LIBC_FAILS(ESPIPE, pread(0, &byte, 1, 0));
  FAILS(ISDIR, w_fd_pread(ROOT, &part, 1, 0, &count));
  FAILS(BADF, w_fd_pread(CLOSED, &part, 1, 0, &count));
  FAILS(INVAL, w_fd_pread(fd, &part, 1, UINT64_MAX, &count));
  FAILS(FAULT, w_fd_pread(fd, NOWHERE, 1, 0, &count));
  FAILS(FAULT, w_fd_pread(fd, &part, 1, 0, NOWHERE));
  drop(fd, RIGHT(FD_SEEK));
  FAILS(NOTCAPABLE, w_fd_pread(fd, &part, 1, 0, &count));
}
CASE(fd_pwrite, "writes anywhere, moves nothing and leaves zeros between") {
  int fd = wasi_open("file", CREATE);
  SAME(3, pwrite(fd, "end", 3, 5000));
  SAME(0, position_of(fd));
  SAME(5003, status_of(fd).size);
  struct iovec parts[] = {{"be", 2}, {"", 0}, {"gin", 3}};
  SAME(5, pwritev(fd, parts, 3, 4094));
  char bytes[16];
  SAME(8, pread(fd, bytes, 8, 4093));
  OK(memcmp("\0begin\0\0", bytes, 8));
}
CASE(fd_pwrite, "refuses streams, directories, offsets that are none and missing rights") {
  int fd = wasi_open("file", CREATE);
  __wasi_ciovec_t part = {(const uint8_t *)"x", 1}, bad = {NOWHERE, 100};
  size_t count;
  LIBC_FAILS(ESPIPE, pwrite(1, "x", 1, 0));
  FAILS(ISDIR, w_fd_pwrite(ROOT, &part, 1, 0, &count));
  FAILS(BADF, w_fd_pwrite(CLOSED, &part, 1, 0, &count));
  FAILS(INVAL, w_fd_pwrite(fd, &part, 1, UINT64_MAX, &count));
  FAILS(FBIG, w_fd_pwrite(fd, &part, 1, INT64_MAX, &count));
  FAILS(FAULT, w_fd_pwrite(fd, &bad, 1, 0, &count));
  drop(fd, RIGHT(FD_WRITE));
  FAILS(NOTCAPABLE, w_fd_pwrite(fd, &part, 1, 0, &count));
  SAME(0, status_of(fd).size);
}
CASE(fd_prestat_get, "shows the root directory") {
  __wasi_prestat_t found;
  OK(w_fd_prestat_get(ROOT, &found));
  SAME(__WASI_PREOPENTYPE_DIR, found.tag);
  SAME(1, found.u.dir.pr_name_len);
}
CASE(fd_prestat_get, "shows nothing else") {
  __wasi_prestat_t found;
  FAILS(BADF, w_fd_prestat_get(0, &found));
  FAILS(BADF, w_fd_prestat_get(CLOSED, &found));
  FAILS(BADF, w_fd_prestat_get(wasi_open_directory("."), &found));
  FAILS(FAULT, w_fd_prestat_get(ROOT, NOWHERE));
}
CASE(fd_prestat_dir_name, "gives the name of the root directory") {
  char name[4] = "????";
  OK(w_fd_prestat_dir_name(ROOT, name, 1));
  OK(memcmp("/???", name, 4));
  OK(w_fd_prestat_dir_name(ROOT, name, 4));
  OK(memcmp("/???", name, 4));
}
CASE(fd_prestat_dir_name, "refuses a buffer that is too small, and what is not preopened") {
  char name[4];
  FAILS(NAMETOOLONG, w_fd_prestat_dir_name(ROOT, name, 0));
  FAILS(FAULT, w_fd_prestat_dir_name(ROOT, NOWHERE, 100));
  FAILS(BADF, w_fd_prestat_dir_name(0, name, 4));
  FAILS(BADF, w_fd_prestat_dir_name(CLOSED, name, 4));
}
CASE(fd_read, "reads the input to its end") {
  char bytes[64];
  SAME(5, read(0, bytes, 5));
  OK(memcmp("input", bytes, 5));
  struct iovec parts[] = {{bytes, 1}, {bytes + 1, 63}};
  SAME(13, readv(0, parts, 2));
  OK(memcmp(" of the order", bytes, 13));
  SAME(0, read(0, bytes, 64));
}
CASE(fd_read, "reads a file over its blocks, and no holes but zeros") {
  int fd = wasi_open("file", CREATE);
  static char out[10000], in[10001];
  for (size_t i = 0; i < sizeof out; i++) {
    out[i] = (char)(i * 7 + i / 256);
  }
  SAME(10000, write(fd, out, sizeof out));
  SAME(0, lseek(fd, 0, SEEK_SET));
  SAME(10000, read(fd, in, sizeof in));
  OK(memcmp(out, in, sizeof out));
  SAME(0, read(fd, in, 1));
  SAME(10000, position_of(fd));
  SAME(20000, lseek(fd, 20000, SEEK_SET));
  SAME(0, read(fd, in, 1));
}
CASE(fd_read, "refuses what is not to be read, bad addresses and too many buffers") {
  char byte;
  __wasi_iovec_t part = {(uint8_t *)&byte, 1}, bad = {NOWHERE, 100};
  size_t count;
  int fd = wasi_open("file", CREATE);
  LIBC_FAILS(EBADF, read(1, &byte, 1));
  FAILS(NOTCAPABLE, w_fd_read(1, &part, 1, &count));
  FAILS(BADF, w_fd_read(CLOSED, &part, 1, &count));
  LIBC_FAILS(EISDIR, read(ROOT, &byte, 1));
  FAILS(FAULT, w_fd_read(fd, &bad, 1, &count));
  FAILS(FAULT, w_fd_read(fd, NOWHERE, 1, &count));
  FAILS(FAULT, w_fd_read(fd, &part, 1, NOWHERE));
  FAILS(INVAL, w_fd_read(fd, &part, 1025, &count));
  drop(fd, RIGHT(FD_READ));
  FAILS(NOTCAPABLE, w_fd_read(fd, &part, 1, &count));
}

static size_t names(int fd, char *bytes, size_t size, uint64_t cookie) {
  size_t used = 9999;
  OK(w_fd_readdir(fd, bytes, size, cookie, &used));
  return used;
}
CASE(fd_readdir, "lists names in the order in which they were made") {
  wasi_make("b", "");
  OK(mkdir("a", 0777));
  OK(symlink("b", "c"));
  DIR *directory = opendir("/");
  struct dirent *entry;
  const char *expected[] = {".", "..", "b", "a", "c"};
  int types[] = {DT_DIR, DT_DIR, DT_REG, DT_DIR, DT_LNK};
  for (int i = 0; i < 5; i++) {
    entry = readdir(directory);
    OK(!entry || strcmp(expected[i], entry->d_name));
    SAME(types[i], entry->d_type);
    printf("%s %d\n", entry->d_name, (int)entry->d_ino);
  }
  SAME(0, readdir(directory));
  OK(closedir(directory));
}
CASE(fd_readdir, "goes on behind a cookie though names come and go") {
  for (char name[] = "a"; *name < 'f'; ++*name) {
    wasi_make(name, "");
  }
  char bytes[600];
  __wasi_dirent_t entry;
  SAME(25, names(ROOT, bytes, 25, 2)); /* one whole entry: a */
  memcpy(&entry, bytes, sizeof entry);
  SAME(1, entry.d_namlen);
  SAME('a', bytes[24]);
  OK(unlink("a"));
  OK(unlink("b"));
  wasi_make("f", "");
  SAME(4 * 25, names(ROOT, bytes, sizeof bytes, entry.d_next));
  OK(bytes[24] - 'c' | (bytes[49] - 'd') | (bytes[74] - 'e') | (bytes[99] - 'f'));
  SAME(0, names(ROOT, bytes, sizeof bytes, UINT64_MAX));
}
CASE(fd_readdir, "fills the buffer with a part of the last name") {
  wasi_make("a-long-name", "");
  char bytes[100];
  SAME(27, names(ROOT, bytes, 27, 2));
  OK(memcmp("a-l", bytes + 24, 3));
  SAME(10, names(ROOT, bytes, 10, 2));
  SAME(0, names(ROOT, bytes, 0, 0));
}
CASE(fd_readdir, "refuses files, streams, bad addresses and missing rights") {
  char bytes[100];
  size_t used;
  FAILS(NOTDIR, w_fd_readdir(wasi_open("file", CREATE), bytes, 100, 0, &used));
  FAILS(NOTDIR, w_fd_readdir(0, bytes, 100, 0, &used));
  FAILS(BADF, w_fd_readdir(CLOSED, bytes, 100, 0, &used));
  FAILS(FAULT, w_fd_readdir(ROOT, NOWHERE, 100, 0, &used));
  FAILS(FAULT, w_fd_readdir(ROOT, bytes, 100, 0, NOWHERE));
  drop(ROOT, RIGHT(FD_READDIR));
  FAILS(NOTCAPABLE, w_fd_readdir(ROOT, bytes, 100, 0, &used));
}
CASE(fd_renumber, "moves a descriptor over another") {
  wasi_make("file", "text");
  int file = wasi_open("file", 0), other = wasi_open("other", CREATE);
  OK(w_fd_renumber(file, other));
  FAILS(BADF, w_fd_close(file));
  char bytes[4];
  SAME(4, read(other, bytes, 4));
  OK(memcmp("text", bytes, 4));
  OK(w_fd_renumber(other, 0));
  SAME(0, lseek(0, 0, SEEK_SET));
  SAME(4, read(0, bytes, 4));
}
CASE(fd_renumber, "leaves one alone that is moved over itself") {
  int fd = wasi_open("file", CREATE);
  OK(w_fd_renumber(fd, fd));
  SAME(1, write(fd, "x", 1));
}
CASE(fd_renumber, "refuses numbers that are not open") {
  int fd = wasi_open("file", CREATE);
  FAILS(BADF, w_fd_renumber(fd, CLOSED));
  FAILS(BADF, w_fd_renumber(CLOSED, fd));
  SAME(1, write(fd, "x", 1));
}
CASE(fd_seek, "moves from the beginning, the position and the end") {
  wasi_make("file", "twelve bytes");
  int fd = wasi_open("file", 0);
  SAME(3, lseek(fd, 3, SEEK_SET));
  SAME(5, lseek(fd, 2, SEEK_CUR));
  SAME(11, lseek(fd, -1, SEEK_END));
  SAME(1012, lseek(fd, 1000, SEEK_END));
  SAME(12, status_of(fd).size);
  FILE *file = fopen("file", "r+");
  OK(fseek(file, 7, SEEK_SET));
  SAME('b', fgetc(file));
  OK(fclose(file));
}
CASE(fd_seek, "refuses the time before the beginning, unknown origins and overflow") {
  int fd = wasi_open("file", CREATE);
  uint64_t position;
  LIBC_FAILS(EINVAL, lseek(fd, -1, SEEK_SET));
  FAILS(INVAL, w_fd_seek(fd, 0, 3, &position));
  SAME(INT64_MAX, lseek(fd, INT64_MAX, SEEK_SET));
  FAILS(OVERFLOW, w_fd_seek(fd, 1, __WASI_WHENCE_CUR, &position));
  FAILS(FAULT, w_fd_seek(fd, 0, __WASI_WHENCE_SET, NOWHERE));
  SAME(INT64_MAX, position_of(fd));
}
CASE(fd_seek, "refuses streams, directories and missing rights") {
  uint64_t position;
  LIBC_FAILS(ESPIPE, lseek(0, 0, SEEK_SET));
  LIBC_FAILS(ESPIPE, lseek(1, 0, SEEK_CUR));
  FAILS(ISDIR, w_fd_seek(ROOT, 0, __WASI_WHENCE_SET, &position));
  FAILS(BADF, w_fd_seek(CLOSED, 0, __WASI_WHENCE_SET, &position));
  int fd = wasi_open("file", CREATE);
  drop(fd, RIGHT(FD_SEEK));
  FAILS(NOTCAPABLE, w_fd_seek(fd, 1, __WASI_WHENCE_SET, &position));
  OK(w_fd_seek(fd, 0, __WASI_WHENCE_CUR, &position));
}
CASE(fd_tell, "tells the position") {
  int fd = wasi_open("file", CREATE);
  SAME(0, position_of(fd));
  SAME(3, write(fd, "abc", 3));
  SAME(3, position_of(fd));
  SAME(3, lseek(fd, 0, SEEK_CUR));
}
CASE(fd_tell, "refuses streams, directories and missing rights") {
  uint64_t position;
  FAILS(SPIPE, w_fd_tell(0, &position));
  FAILS(ISDIR, w_fd_tell(ROOT, &position));
  FAILS(BADF, w_fd_tell(CLOSED, &position));
  int fd = wasi_open("file", CREATE);
  FAILS(FAULT, w_fd_tell(fd, NOWHERE));
  drop(fd, RIGHT(FD_TELL));
  SAME(0, position_of(fd)); /* who may seek may tell */
  drop(fd, RIGHT(FD_SEEK));
  FAILS(NOTCAPABLE, w_fd_tell(fd, &position));
}
CASE(fd_write, "writes files, the output and the log") {
  struct iovec parts[] = {{"to the ", 7}, {"", 0}, {"output\n", 7}};
  SAME(14, writev(1, parts, 3));
  SAME(4, write(2, "log\n", 4));
  int fd = open("file", O_WRONLY | O_CREAT | O_APPEND, 0666);
  SAME(14, writev(fd, parts, 3));
  SAME(0, lseek(fd, 0, SEEK_SET));
  SAME(3, write(fd, "end", 3));
  wasi_holds("file", "to the output\nend");
}
CASE(fd_write, "writes what there is room for, then nothing") {
  int fd = wasi_open("file", CREATE);
  static char bytes[1 << 16];
  size_t total = 0;
  ssize_t count;
  while ((count = write(fd, bytes, sizeof bytes - 100)) > 0) {
    total += count;
  }
  SAME(ENOSPC, errno);
  printf("%zu\n", total); /* a quarter of the memory that was ordered, less a name */
  SAME(total, status_of(fd).size);
  LIBC_FAILS(EFBIG, pwrite(fd, "x", 1, 1 << 30));
  OK(unlink("file"));
  OK(close(fd));
  wasi_make("again", "there is room again");
}
CASE(fd_write, "refuses what is not to be written, bad addresses and too many buffers") {
  __wasi_ciovec_t part = {(const uint8_t *)"x", 1}, bad = {NOWHERE, 100};
  __wasi_ciovec_t huge[] = {{0, 65536}, {0, 0xffff0000}};
  size_t count;
  int fd = wasi_open("file", CREATE);
  LIBC_FAILS(EBADF, write(0, "x", 1));
  FAILS(NOTCAPABLE, w_fd_write(0, &part, 1, &count));
  FAILS(BADF, w_fd_write(CLOSED, &part, 1, &count));
  FAILS(ISDIR, w_fd_write(ROOT, &part, 1, &count));
  FAILS(FAULT, w_fd_write(fd, &bad, 1, &count));
  FAILS(FAULT, w_fd_write(1, huge, 2, &count));
  FAILS(FAULT, w_fd_write(fd, &part, 1, NOWHERE));
  FAILS(INVAL, w_fd_write(1, &part, 1025, &count));
  drop(fd, RIGHT(FD_WRITE));
  FAILS(NOTCAPABLE, w_fd_write(fd, &part, 1, &count));
  SAME(0, status_of(fd).size);
}
