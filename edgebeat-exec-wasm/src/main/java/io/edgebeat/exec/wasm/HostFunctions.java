package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.WasiError;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every function a guest can import: all of WASI preview 1, {@code edgebeat.stream_open}, and what
 * standalone programs of Emscripten import besides. What is not in this table does not exist.
 * Functions for things that no guest has here (sockets, other processes) answer with the error
 * number that says so.
 */
final class HostFunctions {
  static final String WASI = "wasi_snapshot_preview1";
  static final String EDGEBEAT = "edgebeat";
  static final String ENV = "env";

  /** What one function does and answers. */
  @FunctionalInterface
  interface Body {
    long call(WasiHost host, PaidMemory memory, long[] a)
        throws Fault, WasiError, InterruptedException;
  }

  /** What one function does that answers 0 unless it fails. */
  @FunctionalInterface
  private interface Action {
    void call(WasiHost host, PaidMemory memory, long[] a)
        throws Fault, WasiError, InterruptedException;
  }

  /**
   * One function.
   *
   * @param form its parameters and results in the short form of {@link FunctionShape#of}
   * @param body what it does
   */
  record HostFunction(String form, Body body) {

    /** What it takes and gives where words are so long. */
    FunctionShape shape(Word word) {
      return FunctionShape.of(form, word);
    }

    /** Which words a program has that imports it with such a type, which must be one of its. */
    Word wordOf(FunctionShape imported) {
      for (Word word : Word.values()) {
        if (shape(word).equals(imported)) {
          return word; // the first, where no word is among its parameters
        }
      }
      throw new IllegalArgumentException(imported + " is no type of a function " + form);
    }

    /** The arguments with every word in its plain form; others as they are. */
    long[] plain(long[] arguments, Word word) {
      long[] plain = arguments.clone();
      for (int i = 0; i < plain.length; i++) {
        if (form.charAt(i) == FunctionShape.WORD) {
          plain[i] = word.of(plain[i]);
        }
      }
      return plain;
    }
  }

  private static final Map<String, HostFunction> ALL = new TreeMap<>();

  private HostFunctions() {}

  /** The function of that name, or null when there is none. */
  static @Nullable HostFunction find(String module, String name) {
    return ALL.get(module + "." + name);
  }

  /** Every function's full name. */
  static Iterable<String> names() {
    return ALL.keySet();
  }

  private static void put(String module, String name, String form, Body body) {
    ALL.put(module + "." + name, new HostFunction(form, body));
  }

  private static void wasi(String name, String form, Body body) {
    put(WASI, name, form, body);
  }

  private static void does(String name, String form, Action action) {
    wasi(
        name,
        form,
        (host, m, a) -> {
          action.call(host, m, a);
          return Errno.SUCCESS;
        });
  }

  private static String path(WasiHost host, PaidMemory m, long address, long size)
      throws Fault, WasiError {
    return host.files.path(m, address, size);
  }

  static {
    process();
    descriptors();
    paths();
    sockets();
    emscripten();
    put(EDGEBEAT, "stream_open", "pp:i", (host, m, a) -> host.files.openStream(m, a[0], a[1]));
  }

  private static void process() {
    does("args_get", "pp:i", (host, m, a) -> host.strings(m, host.args, a[0], a[1]));
    does("args_sizes_get", "pp:i", (host, m, a) -> host.sizes(m, host.args, a[0], a[1]));
    does("environ_get", "pp:i", (host, m, a) -> host.strings(m, host.env, a[0], a[1]));
    does("environ_sizes_get", "pp:i", (host, m, a) -> host.sizes(m, host.env, a[0], a[1]));
    does("clock_res_get", "ip:i", (host, m, a) -> host.clockResolution(m, (int) a[0], a[1]));
    does("clock_time_get", "iIp:i", (host, m, a) -> host.clockTime(m, (int) a[0], a[2]));
    does("random_get", "pp:i", (host, m, a) -> host.random(m, a[0], a[1]));
    does("sched_yield", ":i", (host, m, a) -> {});
    does("poll_oneoff", "pppp:i", (host, m, a) -> host.poll(m, a[0], a[1], a[2], a[3]));
    wasi("proc_raise", "i:i", (host, m, a) -> Errno.NOSYS);
    wasi(
        "proc_exit",
        "i:",
        (host, m, a) -> {
          throw new GuestEnd.Exit((int) a[0]);
        });
  }

  private static void descriptors() {
    does("fd_read", "ippp:i", (host, m, a) -> host.files.read(m, (int) a[0], a[1], a[2], a[3]));
    does("fd_write", "ippp:i", (host, m, a) -> host.files.write(m, (int) a[0], a[1], a[2], a[3]));
    does(
        "fd_pread",
        "ippIp:i",
        (host, m, a) -> host.files.readAt(m, (int) a[0], a[1], a[2], a[3], a[4]));
    does(
        "fd_pwrite",
        "ippIp:i",
        (host, m, a) -> host.files.writeAt(m, (int) a[0], a[1], a[2], a[3], a[4]));
    does(
        "fd_seek",
        "iIip:i",
        (host, m, a) -> host.files.seek(m, (int) a[0], a[1], (int) a[2], a[3]));
    does("fd_tell", "ip:i", (host, m, a) -> host.files.tell(m, (int) a[0], a[1]));
    does("fd_close", "i:i", (host, m, a) -> host.files.descriptors.close((int) a[0]));
    does(
        "fd_renumber",
        "ii:i",
        (host, m, a) -> host.files.descriptors.renumber((int) a[0], (int) a[1]));
    does("fd_fdstat_get", "ip:i", (host, m, a) -> host.files.descriptorStatus(m, (int) a[0], a[1]));
    does(
        "fd_fdstat_set_flags",
        "ii:i",
        (host, m, a) -> host.files.descriptors.setFlags((int) a[0], (int) a[1]));
    does(
        "fd_fdstat_set_rights",
        "iII:i",
        (host, m, a) -> host.files.descriptors.setRights((int) a[0], a[1], a[2]));
    does("fd_filestat_get", "ip:i", (host, m, a) -> host.files.status(m, (int) a[0], a[1]));
    does(
        "fd_filestat_set_size", "iI:i", (host, m, a) -> host.files.files.setSize((int) a[0], a[1]));
    does(
        "fd_filestat_set_times",
        "iIIi:i",
        (host, m, a) -> host.files.files.setTimes((int) a[0], a[1], a[2], (int) a[3]));
    does(
        "fd_advise",
        "iIIi:i",
        (host, m, a) -> host.files.files.advise((int) a[0], a[1], a[2], (int) a[3]));
    does("fd_allocate", "iII:i", (host, m, a) -> host.files.files.allocate((int) a[0], a[1], a[2]));
    does("fd_datasync", "i:i", (host, m, a) -> host.files.files.syncData((int) a[0]));
    does("fd_sync", "i:i", (host, m, a) -> host.files.files.sync((int) a[0]));
    does("fd_prestat_get", "ip:i", (host, m, a) -> host.files.preopened(m, (int) a[0], a[1]));
    does(
        "fd_prestat_dir_name",
        "ipp:i",
        (host, m, a) -> host.files.preopenedName(m, (int) a[0], a[1], a[2]));
    does(
        "fd_readdir",
        "ippIp:i",
        (host, m, a) -> host.files.list(m, (int) a[0], a[1], a[2], a[3], a[4]));
  }

  private static void paths() {
    does("path_open", "iippiIIip:i", (host, m, a) -> host.files.open(m, a));
    does(
        "path_create_directory",
        "ipp:i",
        (host, m, a) -> host.files.paths.createDirectory((int) a[0], path(host, m, a[1], a[2])));
    does(
        "path_filestat_get",
        "iippp:i",
        (host, m, a) ->
            host.files.statusOf(m, (int) a[0], (int) a[1], path(host, m, a[2], a[3]), a[4]));
    does(
        "path_filestat_set_times",
        "iippIIi:i",
        (host, m, a) ->
            host.files.paths.setTimes(
                (int) a[0], (int) a[1], path(host, m, a[2], a[3]), a[4], a[5], (int) a[6]));
    does(
        "path_link",
        "iippipp:i",
        (host, m, a) ->
            host.files.paths.link(
                (int) a[0],
                (int) a[1],
                path(host, m, a[2], a[3]),
                (int) a[4],
                path(host, m, a[5], a[6])));
    does(
        "path_readlink",
        "ippppp:i",
        (host, m, a) ->
            host.files.readLink(m, (int) a[0], path(host, m, a[1], a[2]), a[3], a[4], a[5]));
    does(
        "path_remove_directory",
        "ipp:i",
        (host, m, a) -> host.files.paths.removeDirectory((int) a[0], path(host, m, a[1], a[2])));
    does(
        "path_rename",
        "ippipp:i",
        (host, m, a) ->
            host.files.paths.rename(
                (int) a[0], path(host, m, a[1], a[2]), (int) a[3], path(host, m, a[4], a[5])));
    does(
        "path_symlink",
        "ppipp:i",
        (host, m, a) ->
            host.files.paths.symlink(
                path(host, m, a[0], a[1]), (int) a[2], path(host, m, a[3], a[4])));
    does(
        "path_unlink_file",
        "ipp:i",
        (host, m, a) -> host.files.paths.unlink((int) a[0], path(host, m, a[1], a[2])));
  }

  private static void sockets() {
    wasi("sock_accept", "iip:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_recv", "ippipp:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_send", "ippip:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_shutdown", "ii:i", (host, m, a) -> host.files.socket((int) a[0]));
  }

  /**
   * What a program of Emscripten wants of its host though it is built with {@code
   * -sSTANDALONE_WASM}. Such a program has its own functions in the place of other calls of the
   * system, which open no files; so there is nothing that these could do, and they say so.
   */
  private static void emscripten() {
    // Memory is looked at anew in each call.
    put(ENV, "emscripten_notify_memory_growth", "p:", (host, m, a) -> 0);
    put(ENV, "_emscripten_system", "p:i", (host, m, a) -> a[0] == 0 ? 0 : -Errno.NOSYS);
    put(ENV, "__syscall_dup3", "iii:i", (host, m, a) -> -Errno.NOSYS);
    put(ENV, "__syscall_readlinkat", "ippp:i", (host, m, a) -> -Errno.NOSYS);
    put(ENV, "__syscall_renameat", "ipip:i", (host, m, a) -> -Errno.NOSYS);
    put(ENV, "__syscall_rmdir", "p:i", (host, m, a) -> -Errno.NOSYS);
    put(ENV, "__syscall_unlinkat", "ipi:i", (host, m, a) -> -Errno.NOSYS);
  }
}
