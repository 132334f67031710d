#include "wasi.h"

#include <fcntl.h>
#include <unistd.h>

struct wasi_case *wasi_cases;

void wasi_same(int line, const char *what, long long expected, long long found) {
  if (expected != found) {
    fprintf(stderr, "line %d: %s is %lld, expected %lld\n", line, what, found, expected);
    exit(1);
  }
}

void wasi_make(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0) {
    fprintf(stderr, "cannot make %s: %s\n", path, strerror(errno));
    exit(1);
  }
}

int wasi_open(const char *path, int how) {
  int fd = -1;
  int error = w_path_open(ROOT, FOLLOW, P(path), how, READ_WRITE, 0, 0, &fd);
  if (error) {
    fprintf(stderr, "cannot open %s: errno %d\n", path, error);
    exit(1);
  }
  return fd;
}

int wasi_open_directory(const char *path) {
  __wasi_fdstat_t root;
  int fd = -1;
  OK(w_fd_fdstat_get(ROOT, &root));
  OK(w_path_open(ROOT, FOLLOW, P(path), __WASI_OFLAGS_DIRECTORY, root.fs_rights_base,
                 root.fs_rights_inheriting, 0, &fd));
  return fd;
}

void wasi_holds(const char *path, const char *text) {
  char found[256];
  int fd = open(path, O_RDONLY);
  if (fd < 0) {
    fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
    exit(1);
  }
  ssize_t count = read(fd, found, sizeof found - 1);
  found[count < 0 ? 0 : count] = 0;
  close(fd);
  if (count < 0 || strcmp(found, text)) {
    fprintf(stderr, "%s holds \"%s\", expected \"%s\"\n", path, found, text);
    exit(1);
  }
}

int main(int argc, char **argv) {
  const char *wanted = argc > 1 ? argv[1] : "list";
  for (struct wasi_case *at = wasi_cases; at; at = at->next) {
    if (!strcmp(wanted, "list")) {
      printf("%s\t%s\t%d\t%d\n", at->function, at->what, at->bare, at->exit_code);
    } else {
      size_t size = strlen(at->function);
      if (!strncmp(wanted, at->function, size) && wanted[size] == ' ' &&
          !strcmp(wanted + size + 1, at->what)) {
        at->run();
        return 0;
      }
    }
  }
  return strcmp(wanted, "list") ? 2 : 0;
}
