/* path_*: what can be done with names, and that no path leads out of its directory. */
#include "wasi.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW 1772600767000000008

static void drop(int fd, uint64_t rights) {
  __wasi_fdstat_t status;
  OK(w_fd_fdstat_get(fd, &status));
  OK(w_fd_fdstat_set_rights(fd, status.fs_rights_base & ~rights, status.fs_rights_inheriting));
}
static __wasi_filestat_t status_of(const char *path) {
  __wasi_filestat_t status;
  OK(w_path_filestat_get(ROOT, 0, P(path), &status));
  return status;
}
static int opens(int fd, const char *path, int how) {
  int opened = -1;
  int error = w_path_open(fd, FOLLOW, P(path), how, RIGHT(FD_READ), 0, 0, &opened);
  if (!error) {
    OK(w_fd_close(opened));
  }
  return error;
}
/* A path of so many times "x/", and a last name. */
static char *deep(int times, const char *last) {
  static char path[8192];
  for (int i = 0; i < times; i++) {
    memcpy(path + 2 * i, "x/", 2);
  }
  strcpy(path + 2 * times, last);
  return path;
}
static char *letters(int count) {
  static char name[8192];
  memset(name, 'n', count);
  name[count] = 0;
  return name;
}

CASE(path_create_directory, "makes directories inside of one another") {
  OK(mkdir("a", 0777));
  OK(mkdir("a/b", 0777));
  OK(mkdir("/a/b/c/", 0777));
  struct stat status;
  OK(stat("a/b/../b/./c", &status));
  SAME(1, S_ISDIR(status.st_mode));
  SAME(3, status_of("a").nlink);
}
CASE(path_create_directory, "refuses what is there and what has no place") {
  wasi_make("file", "");
  OK(mkdir("a", 0777));
  LIBC_FAILS(EEXIST, mkdir("a", 0777));
  LIBC_FAILS(EEXIST, mkdir("file", 0777));
  LIBC_FAILS(EEXIST, mkdir(".", 0777));
  LIBC_FAILS(ENOTDIR, mkdir("file/b", 0777));
  LIBC_FAILS(ENOENT, mkdir("b/c", 0777));
  FAILS(NOENT, w_path_create_directory(ROOT, P("")));
  FAILS(NOTDIR, w_path_create_directory(0, P("b")));
  FAILS(BADF, w_path_create_directory(CLOSED, P("b")));
  FAILS(FAULT, w_path_create_directory(ROOT, NOWHERE, 100));
  drop(ROOT, RIGHT(PATH_CREATE_DIRECTORY));
  FAILS(NOTCAPABLE, w_path_create_directory(ROOT, P("b")));
}
CASE(path_create_directory, "refuses more than 64 inside of one another") {
  for (int depth = 0; depth < 64; depth++) {
    OK(w_path_create_directory(ROOT, P(deep(depth, "x"))));
  }
  FAILS(DQUOT, w_path_create_directory(ROOT, P(deep(64, "x"))));
  OK(mkdir("y", 0777));
  OK(mkdir("y/z", 0777));
  FAILS(DQUOT, w_path_rename(ROOT, P("y"), ROOT, P(deep(63, "y"))));
  OK(w_path_rename(ROOT, P("y/z"), ROOT, P(deep(63, "z"))));
}
CASE(path_create_directory, "refuses names and paths that are too long or no names") {
  OK(w_path_create_directory(ROOT, P(letters(255))));
  FAILS(NAMETOOLONG, w_path_create_directory(ROOT, P(letters(256))));
  FAILS(NAMETOOLONG, w_path_create_directory(ROOT, P(letters(5000))));
  char umlauts[300];
  for (int i = 0; i < 128; i++) {
    memcpy(umlauts + 2 * i, "\xc3\xbc", 2);
  }
  FAILS(NAMETOOLONG, w_path_create_directory(ROOT, umlauts, 256));
  OK(w_path_create_directory(ROOT, umlauts, 254));
  FAILS(ILSEQ, w_path_create_directory(ROOT, umlauts, 255));
  FAILS(ILSEQ, w_path_create_directory(ROOT, P("\xff")));
  FAILS(ILSEQ, w_path_create_directory(ROOT, P("\xed\xa0\x80")));
  FAILS(INVAL, w_path_create_directory(ROOT, "a\0b", 3));
}
CASE(path_filestat_get, "shows files, directories and links, followed or not") {
  wasi_make("file", "text");
  OK(symlink("file", "link"));
  __wasi_filestat_t status = status_of("link");
  SAME(__WASI_FILETYPE_SYMBOLIC_LINK, status.filetype);
  SAME(4, status.size);
  struct stat followed;
  OK(stat("link", &followed));
  SAME(1, S_ISREG(followed.st_mode));
  SAME(status_of("file").ino, followed.st_ino);
  OK(lstat("link", &followed));
  SAME(1, S_ISLNK(followed.st_mode));
  SAME(__WASI_FILETYPE_DIRECTORY, status_of(".").filetype);
  SAME(NOW, status_of("file").mtim);
}
CASE(path_filestat_get, "refuses what is not there, unknown flags and missing rights") {
  __wasi_filestat_t status;
  wasi_make("file", "text");
  LIBC_FAILS(ENOENT, stat("nothing", &(struct stat){0}));
  LIBC_FAILS(ENOTDIR, stat("file/x", &(struct stat){0}));
  LIBC_FAILS(ENOTDIR, stat("file/", &(struct stat){0}));
  FAILS(INVAL, w_path_filestat_get(ROOT, 2, P("file"), &status));
  FAILS(FAULT, w_path_filestat_get(ROOT, 0, P("file"), NOWHERE));
  FAILS(BADF, w_path_filestat_get(CLOSED, 0, P("file"), &status));
  FAILS(NOTDIR, w_path_filestat_get(1, 0, P("file"), &status));
  drop(ROOT, RIGHT(PATH_FILESTAT_GET));
  FAILS(NOTCAPABLE, w_path_filestat_get(ROOT, 0, P("file"), &status));
}
CASE(path_filestat_get, "does not lead out of the directory that it begins in") {
  __wasi_filestat_t status;
  OK(mkdir("a", 0777));
  OK(mkdir("a/b", 0777));
  wasi_make("secret", "");
  int inner = wasi_open_directory("a");
  FAILS(NOTCAPABLE, w_path_filestat_get(ROOT, 0, P(".."), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(ROOT, 0, P("/"), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(ROOT, 0, P("/secret"), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(ROOT, 0, P("a/../.."), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(inner, 0, P("../secret"), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(inner, 0, P("b/../../secret"), &status));
  FAILS(NOTCAPABLE, w_path_filestat_get(inner, 0, P("b/../../a/b"), &status));
  OK(w_path_filestat_get(inner, 0, P("b/../b/."), &status));
  OK(w_path_filestat_get(inner, 0, P("b/.."), &status));
  FAILS(NOENT, w_path_filestat_get(inner, 0, P("c/../b"), &status));
}
CASE(path_filestat_set_times, "sets times of what a link leads to, or of the link") {
  wasi_make("file", "");
  OK(symlink("file", "link"));
  struct timespec times[2] = {{1, 2}, {3, 4}};
  OK(utimensat(AT_FDCWD, "link", times, 0));
  SAME(1000000002, status_of("file").atim);
  SAME(3000000004, status_of("file").mtim);
  SAME(NOW, status_of("link").mtim);
  OK(w_path_filestat_set_times(ROOT, 0, P("link"), 0, 5, __WASI_FSTFLAGS_MTIM));
  SAME(5, status_of("link").mtim);
  OK(w_path_filestat_set_times(ROOT, FOLLOW, P("link"), 0, 0, __WASI_FSTFLAGS_MTIM_NOW));
  SAME(NOW, status_of("file").mtim);
  SAME(1000000002, status_of("file").atim);
}
CASE(path_filestat_set_times, "refuses two times for one, what is not there and missing rights") {
  wasi_make("file", "");
  FAILS(INVAL, w_path_filestat_set_times(ROOT, 0, P("file"), 0, 0, 3));
  FAILS(INVAL, w_path_filestat_set_times(ROOT, 0, P("file"), 0, 0, 64));
  FAILS(INVAL, w_path_filestat_set_times(ROOT, 8, P("file"), 0, 0, 1));
  FAILS(NOENT, w_path_filestat_set_times(ROOT, 0, P("nothing"), 0, 0, 1));
  FAILS(NOTCAPABLE, w_path_filestat_set_times(ROOT, 0, P("../file"), 0, 0, 1));
  FAILS(BADF, w_path_filestat_set_times(CLOSED, 0, P("file"), 0, 0, 1));
  drop(ROOT, RIGHT(PATH_FILESTAT_SET_TIMES));
  FAILS(NOTCAPABLE, w_path_filestat_set_times(ROOT, 0, P("file"), 0, 0, 1));
}
CASE(path_link, "gives a file another name") {
  wasi_make("a", "one");
  OK(link("a", "b"));
  SAME(2, status_of("a").nlink);
  SAME(status_of("a").ino, status_of("b").ino);
  wasi_make("b", "two");
  wasi_holds("a", "two");
  OK(unlink("a"));
  SAME(1, status_of("b").nlink);
  wasi_holds("b", "two");
  OK(symlink("b", "s"));
  OK(w_path_link(ROOT, 0, P("s"), ROOT, P("t")));
  SAME(__WASI_FILETYPE_SYMBOLIC_LINK, status_of("t").filetype);
  OK(w_path_link(ROOT, FOLLOW, P("s"), ROOT, P("u")));
  SAME(__WASI_FILETYPE_REGULAR_FILE, status_of("u").filetype);
}
CASE(path_link, "refuses directories, names that are taken and missing rights") {
  wasi_make("a", "");
  OK(mkdir("d", 0777));
  LIBC_FAILS(EPERM, link("d", "e"));
  LIBC_FAILS(EEXIST, link("a", "d"));
  LIBC_FAILS(ENOENT, link("nothing", "e"));
  LIBC_FAILS(ENOENT, link("a", "nothing/e"));
  FAILS(NOENT, w_path_link(ROOT, 0, P("a"), ROOT, P("e/")));
  FAILS(NOTCAPABLE, w_path_link(ROOT, 0, P("../a"), ROOT, P("e")));
  FAILS(NOTCAPABLE, w_path_link(ROOT, 0, P("a"), ROOT, P("/e")));
  FAILS(INVAL, w_path_link(ROOT, 2, P("a"), ROOT, P("e")));
  FAILS(BADF, w_path_link(ROOT, 0, P("a"), CLOSED, P("e")));
  int inner = wasi_open_directory("d");
  drop(inner, RIGHT(PATH_LINK_TARGET));
  FAILS(NOTCAPABLE, w_path_link(ROOT, 0, P("a"), inner, P("e")));
  drop(ROOT, RIGHT(PATH_LINK_SOURCE));
  FAILS(NOTCAPABLE, w_path_link(ROOT, 0, P("a"), ROOT, P("e")));
}
CASE(path_open, "makes, opens and cuts files as libc wants it") {
  FILE *file = fopen("/file", "w");
  SAME(5, fprintf(file, "text\n"));
  OK(fclose(file));
  file = fopen("./file", "a+");
  fputs("more", file);
  OK(fclose(file));
  wasi_holds("file", "text\nmore");
  LIBC_FAILS(EEXIST, open("file", O_CREAT | O_EXCL | O_RDWR, 0666));
  OK(fclose(fopen("file", "w")));
  SAME(0, status_of("file").size);
  LIBC_FAILS(ENOENT, open("nothing", O_RDONLY));
}
CASE(path_open, "knows directories from files") {
  int fd;
  OK(mkdir("d", 0777));
  wasi_make("file", "");
  LIBC_FAILS(EISDIR, open("d", O_RDWR));
  LIBC_FAILS(EISDIR, open("d", O_RDONLY | O_TRUNC));
  LIBC_FAILS(EISDIR, open("d", O_RDONLY | O_CREAT, 0666));
  LIBC_FAILS(EISDIR, open("new/", O_RDONLY | O_CREAT, 0666));
  LIBC_FAILS(ENOTDIR, open("file", O_RDONLY | O_DIRECTORY));
  LIBC_FAILS(ENOTDIR, open("file/", O_RDONLY));
  FAILS(INVAL, w_path_open(ROOT, 0, P("e"), CREATE | __WASI_OFLAGS_DIRECTORY, 0, 0, 0, &fd));
  OK(opens(ROOT, "d/", __WASI_OFLAGS_DIRECTORY));
  OK(opens(ROOT, ".", 0));
}
CASE(path_open, "refuses unknown flags, bad addresses and what is no directory") {
  int fd = 55;
  FAILS(INVAL, w_path_open(ROOT, 2, P("f"), CREATE, 0, 0, 0, &fd));
  FAILS(INVAL, w_path_open(ROOT, 0, P("f"), CREATE | 16, 0, 0, 0, &fd));
  FAILS(INVAL, w_path_open(ROOT, 0, P("f"), CREATE, 0, 0, 32, &fd));
  FAILS(FAULT, w_path_open(ROOT, 0, P("f"), CREATE, 0, 0, 0, NOWHERE));
  FAILS(FAULT, w_path_open(ROOT, 0, NOWHERE, 100, CREATE, 0, 0, 0, &fd));
  FAILS(NOTDIR, w_path_open(1, 0, P("f"), CREATE, 0, 0, 0, &fd));
  FAILS(BADF, w_path_open(CLOSED, 0, P("f"), CREATE, 0, 0, 0, &fd));
  FAILS(NOENT, w_path_open(ROOT, 0, P("f"), 0, 0, 0, 0, &fd));
  SAME(55, fd);
}
CASE(path_open, "gives no right that the directory cannot pass on") {
  int fd;
  __wasi_fdstat_t status;
  FAILS(NOTCAPABLE, w_path_open(ROOT, 0, P("f"), CREATE, 1ull << 40, 0, 0, &fd));
  FAILS(NOTCAPABLE, w_path_open(ROOT, 0, P("."), 0, 0, RIGHT(SOCK_ACCEPT), 0, &fd));
  OK(w_path_open(ROOT, 0, P("f"), CREATE, RIGHT(FD_WRITE) | RIGHT(FD_READDIR), 0, 0, &fd));
  OK(w_fd_fdstat_get(fd, &status));
  SAME(RIGHT(FD_WRITE), status.fs_rights_base);
  OK(w_path_open(ROOT, 0, P("."), 0, RIGHT(PATH_OPEN), RIGHT(FD_READ), 0, &fd));
  FAILS(NOTCAPABLE, w_path_open(fd, 0, P("f"), 0, RIGHT(FD_WRITE), 0, 0, &fd));
  FAILS(NOTCAPABLE, w_path_open(fd, 0, P("f"), 0, 0, 0, __WASI_FDFLAGS_SYNC, &fd));
  FAILS(NOTCAPABLE, w_path_open(fd, 0, P("f"), 0, 0, 0, __WASI_FDFLAGS_DSYNC, &fd));
  FAILS(NOTCAPABLE, w_path_open(fd, 0, P("g"), CREATE, 0, 0, 0, &fd));
  FAILS(NOTCAPABLE, w_path_open(fd, 0, P("f"), __WASI_OFLAGS_TRUNC, 0, 0, 0, &fd));
  OK(opens(fd, "f", 0));
  drop(fd, RIGHT(PATH_OPEN));
  FAILS(NOTCAPABLE, opens(fd, "f", 0));
}
CASE(path_open, "follows links inside, and none that lead out") {
  OK(mkdir("a", 0777));
  OK(mkdir("a/b", 0777));
  wasi_make("secret", "s");
  wasi_make("a/open", "o");
  OK(symlink("../open", "a/b/up"));
  OK(symlink("../secret", "a/out"));
  OK(symlink("/secret", "a/absolute"));
  OK(symlink("b/../../secret", "a/around"));
  OK(symlink("../a/open", "a/back"));
  int inner = wasi_open_directory("a");
  OK(opens(inner, "b/up", 0));
  FAILS(NOTCAPABLE, opens(inner, "out", 0));
  FAILS(NOTCAPABLE, opens(inner, "absolute", 0));
  FAILS(NOTCAPABLE, opens(inner, "around", 0));
  FAILS(NOTCAPABLE, opens(inner, "back", 0));
  FAILS(NOTCAPABLE, opens(inner, "out/", 0));
  FAILS(NOTCAPABLE, opens(inner, "b/../../secret", 0));
  FAILS(NOTCAPABLE, opens(ROOT, "a/absolute", 0));
  OK(opens(ROOT, "a/out", 0));
  int upper = wasi_open_directory("a/b");
  FAILS(NOTCAPABLE, opens(upper, "up", 0));
}
CASE(path_open, "gives up on links that lead round in circles") {
  OK(symlink("b", "a"));
  OK(symlink("a", "b"));
  FAILS(LOOP, opens(ROOT, "a", 0));
  FAILS(LOOP, opens(ROOT, "a/x", 0));
  int fd;
  FAILS(LOOP, w_path_open(ROOT, 0, P("a"), 0, 0, 0, 0, &fd));
  LIBC_FAILS(ELOOP, open("a", O_RDONLY | O_NOFOLLOW));
  wasi_make("l0", "end");
  char from[8], to[8];
  for (int i = 1; i < 34; i++) {
    snprintf(from, sizeof from, "l%d", i - 1);
    snprintf(to, sizeof to, "l%d", i);
    OK(symlink(from, to));
  }
  OK(opens(ROOT, "l32", 0));
  FAILS(LOOP, opens(ROOT, "l33", 0));
}
CASE(path_open, "makes what a link leads to, unless it must be new") {
  OK(symlink("target", "link"));
  LIBC_FAILS(EEXIST, open("link", O_CREAT | O_EXCL | O_RDWR, 0666));
  wasi_make("link", "through");
  wasi_holds("target", "through");
}
CASE(path_open, "gives so many descriptors and no more") {
  int fd, count = 0, error;
  wasi_make("file", "");
  while (!(error = w_path_open(ROOT, 0, P("file"), 0, 0, 0, 0, &fd))) {
    count++;
  }
  FAILS(MFILE, error);
  SAME(1024 - 4, count);
  FAILS(MFILE, w_path_open(ROOT, 0, P("other"), CREATE, 0, 0, 0, &fd));
  LIBC_FAILS(ENOENT, stat("other", &(struct stat){0}));
  OK(w_fd_close(500));
  OK(w_path_open(ROOT, 0, P("file"), 0, 0, 0, 0, &fd));
  SAME(500, fd);
}
CASE(path_open, "gives so many names and no more") {
  char name[8];
  int fd, count = 0, error;
  do {
    snprintf(name, sizeof name, "%d", count++);
    error = w_path_open(ROOT, 0, P(name), CREATE, 0, 0, 0, &fd);
  } while (!error && !w_fd_close(fd));
  FAILS(NOSPC, error);
  SAME(1024, count - 1); /* a block each of the quarter of 16 MiB */
  FAILS(NOSPC, w_path_create_directory(ROOT, P("d")));
  FAILS(NOSPC, w_path_symlink(P("0"), ROOT, P("d")));
  FAILS(NOSPC, w_path_link(ROOT, 0, P("0"), ROOT, P("d")));
  OK(w_path_rename(ROOT, P("0"), ROOT, P("d")));
  OK(unlink("d"));
  wasi_make("again", "");
}
CASE(path_readlink, "gives what a link holds, cut to the buffer") {
  char bytes[16] = "";
  OK(symlink("some/where", "link"));
  SAME(10, readlink("link", bytes, sizeof bytes));
  OK(strcmp("some/where", bytes));
  memset(bytes, 0, sizeof bytes);
  SAME(4, readlink("link", bytes, 4));
  OK(strcmp("some", bytes));
  size_t size;
  OK(w_path_readlink(ROOT, P("link"), bytes, 0, &size));
  SAME(0, size);
}
CASE(path_readlink, "refuses what is no link, bad addresses and missing rights") {
  char bytes[16];
  size_t size;
  wasi_make("file", "");
  OK(symlink("file", "link"));
  LIBC_FAILS(EINVAL, readlink("file", bytes, 16));
  LIBC_FAILS(EINVAL, readlink(".", bytes, 16));
  LIBC_FAILS(ENOENT, readlink("nothing", bytes, 16));
  FAILS(NOTCAPABLE, w_path_readlink(ROOT, P("../link"), bytes, 16, &size));
  FAILS(FAULT, w_path_readlink(ROOT, P("link"), NOWHERE, 100, &size));
  FAILS(FAULT, w_path_readlink(ROOT, P("link"), bytes, 16, NOWHERE));
  FAILS(BADF, w_path_readlink(CLOSED, P("link"), bytes, 16, &size));
  drop(ROOT, RIGHT(PATH_READLINK));
  FAILS(NOTCAPABLE, w_path_readlink(ROOT, P("link"), bytes, 16, &size));
}
CASE(path_remove_directory, "removes what is empty") {
  OK(mkdir("d", 0777));
  int inner = wasi_open_directory("d");
  OK(rmdir("d"));
  LIBC_FAILS(ENOENT, rmdir("d"));
  FAILS(NOENT, w_path_create_directory(inner, P("e")));
  OK(mkdir("d", 0777));
  FAILS(NOENT, w_path_create_directory(inner, P("e")));
  OK(rmdir("d/"));
}
CASE(path_remove_directory, "refuses what is not empty or no directory, and missing rights") {
  OK(mkdir("d", 0777));
  OK(mkdir("d/e", 0777));
  wasi_make("file", "");
  OK(symlink("d/e", "link"));
  LIBC_FAILS(ENOTEMPTY, rmdir("d"));
  LIBC_FAILS(ENOTDIR, rmdir("file"));
  LIBC_FAILS(ENOTDIR, rmdir("link"));
  FAILS(NOTDIR, w_path_remove_directory(ROOT, P("link/")));
  FAILS(INVAL, w_path_remove_directory(ROOT, P("d/e/.")));
  FAILS(NOTEMPTY, w_path_remove_directory(ROOT, P(".")));
  FAILS(NOTCAPABLE, w_path_remove_directory(ROOT, P("..")));
  FAILS(BADF, w_path_remove_directory(CLOSED, P("d/e")));
  drop(ROOT, RIGHT(PATH_REMOVE_DIRECTORY));
  FAILS(NOTCAPABLE, w_path_remove_directory(ROOT, P("d/e")));
}
CASE(path_rename, "moves files and directories, over others too") {
  wasi_make("a", "a");
  wasi_make("b", "b");
  OK(rename("a", "b"));
  wasi_holds("b", "a");
  LIBC_FAILS(ENOENT, stat("a", &(struct stat){0}));
  OK(mkdir("d", 0777));
  OK(mkdir("e", 0777));
  OK(rename("b", "d/b"));
  OK(rename("d", "e"));
  wasi_holds("e/b", "a");
  OK(link("e/b", "c"));
  OK(rename("c", "e/b")); /* two names of one file: nothing happens */
  wasi_holds("c", "a");
  OK(rename("e", "f/"));
  wasi_holds("f/b", "a");
}
CASE(path_rename, "refuses directories inside themselves and over what is no directory") {
  OK(mkdir("d", 0777));
  OK(mkdir("d/e", 0777));
  OK(mkdir("g", 0777));
  wasi_make("file", "");
  LIBC_FAILS(EINVAL, rename("d", "d/e/f"));
  LIBC_FAILS(ENOTDIR, rename("d", "file"));
  LIBC_FAILS(EISDIR, rename("file", "d"));
  LIBC_FAILS(ENOTEMPTY, rename("g", "d"));
  LIBC_FAILS(ENOENT, rename("nothing", "x"));
  FAILS(NOTDIR, w_path_rename(ROOT, P("file"), ROOT, P("x/")));
  FAILS(BUSY, w_path_rename(ROOT, P("."), ROOT, P("x")));
  FAILS(BUSY, w_path_rename(ROOT, P("d"), ROOT, P("g/.")));
  OK(rename("d", "d"));
}
CASE(path_rename, "does not lead out, and needs rights on both sides") {
  wasi_make("file", "");
  OK(mkdir("d", 0777));
  int inner = wasi_open_directory("d");
  FAILS(NOTCAPABLE, w_path_rename(inner, P("../file"), inner, P("x")));
  FAILS(NOTCAPABLE, w_path_rename(ROOT, P("file"), inner, P("../x")));
  OK(w_path_rename(ROOT, P("file"), inner, P("x")));
  FAILS(BADF, w_path_rename(CLOSED, P("x"), ROOT, P("x")));
  drop(inner, RIGHT(PATH_RENAME_SOURCE));
  FAILS(NOTCAPABLE, w_path_rename(inner, P("x"), ROOT, P("x")));
  drop(ROOT, RIGHT(PATH_RENAME_TARGET));
  FAILS(NOTCAPABLE, w_path_rename(ROOT, P("d"), ROOT, P("x")));
}
CASE(path_symlink, "holds any path, and is asked only when it is followed") {
  OK(symlink("nothing/there", "a"));
  OK(symlink("/etc/passwd", "b"));
  OK(symlink("../../..", "c"));
  LIBC_FAILS(ENOENT, open("a", O_RDONLY));
  FAILS(NOTCAPABLE, opens(ROOT, "b", 0));
  FAILS(NOTCAPABLE, opens(ROOT, "c/x", 0));
  SAME(8, status_of("c").size);
  OK(unlink("b"));
}
CASE(path_symlink, "refuses names that are taken, empty targets and missing rights") {
  wasi_make("file", "");
  LIBC_FAILS(EEXIST, symlink("x", "file"));
  FAILS(NOENT, w_path_symlink(P(""), ROOT, P("a")));
  FAILS(NOENT, w_path_symlink(P("x"), ROOT, P("a/")));
  FAILS(NAMETOOLONG, w_path_symlink(P(letters(4097)), ROOT, P("a")));
  FAILS(NOTCAPABLE, w_path_symlink(P("x"), ROOT, P("../a")));
  FAILS(ILSEQ, w_path_symlink(P("\xc3"), ROOT, P("a")));
  FAILS(FAULT, w_path_symlink(NOWHERE, 100, ROOT, P("a")));
  FAILS(BADF, w_path_symlink(P("x"), CLOSED, P("a")));
  drop(ROOT, RIGHT(PATH_SYMLINK));
  FAILS(NOTCAPABLE, w_path_symlink(P("x"), ROOT, P("a")));
}
CASE(path_unlink_file, "takes a name away, and the file when nobody holds it") {
  wasi_make("file", "text");
  int fd = wasi_open("file", 0);
  OK(unlink("file"));
  LIBC_FAILS(ENOENT, unlink("file"));
  char bytes[4];
  SAME(4, read(fd, bytes, 4));
  __wasi_filestat_t status;
  OK(w_fd_filestat_get(fd, &status));
  SAME(0, status.nlink);
  OK(symlink("nothing", "link"));
  OK(unlink("link"));
  FILE *file = fopen("x", "w");
  OK(fclose(file));
  OK(remove("x"));
}
CASE(path_unlink_file, "refuses directories, what leads out and missing rights") {
  OK(mkdir("d", 0777));
  wasi_make("file", "");
  FAILS(ISDIR, w_path_unlink_file(ROOT, P("d")));
  FAILS(ISDIR, w_path_unlink_file(ROOT, P(".")));
  FAILS(NOTDIR, w_path_unlink_file(ROOT, P("file/")));
  FAILS(NOTCAPABLE, w_path_unlink_file(wasi_open_directory("d"), P("../file")));
  FAILS(NOTCAPABLE, w_path_unlink_file(ROOT, P("/file")));
  FAILS(BADF, w_path_unlink_file(CLOSED, P("file")));
  FAILS(FAULT, w_path_unlink_file(ROOT, NOWHERE, 100));
  drop(ROOT, RIGHT(PATH_UNLINK_FILE));
  FAILS(NOTCAPABLE, w_path_unlink_file(ROOT, P("file")));
}
