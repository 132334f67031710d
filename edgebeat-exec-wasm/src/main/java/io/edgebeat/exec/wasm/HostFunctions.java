package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.WasiError;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every function a guest can import: all of WASI preview 1, and {@code edgebeat.stream_open}. What
 * is not in this table does not exist. Functions for things that no guest has here (sockets, other
 * processes) answer with the error number that says so.
 */
final class HostFunctions {
  static final String WASI = "wasi_snapshot_preview1";
  static final String EDGEBEAT = "edgebeat";

  /** What one function does and answers. */
  @FunctionalInterface
  interface Body {
    long call(WasiHost host, GuestMemory memory, long[] a)
        throws Fault, WasiError, InterruptedException;
  }

  /** What one function does that answers 0 unless it fails. */
  @FunctionalInterface
  private interface Action {
    void call(WasiHost host, GuestMemory memory, long[] a)
        throws Fault, WasiError, InterruptedException;
  }

  record HostFunction(FunctionShape shape, Body body) {}

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

  private static void wasi(String name, String shape, Body body) {
    ALL.put(WASI + "." + name, new HostFunction(FunctionShape.of(shape), body));
  }

  private static void does(String name, String shape, Action action) {
    wasi(
        name,
        shape,
        (host, m, a) -> {
          action.call(host, m, a);
          return Errno.SUCCESS;
        });
  }

  private static long u32(long value) {
    return value & 0xffff_ffffL;
  }

  private static String path(WasiHost host, GuestMemory m, long address, long size)
      throws Fault, WasiError {
    return host.files.path(m, u32(address), u32(size));
  }

  static {
    process();
    descriptors();
    paths();
    sockets();
    ALL.put(
        EDGEBEAT + ".stream_open",
        new HostFunction(
            FunctionShape.of("ii:i"),
            (host, m, a) -> host.files.openStream(m, u32(a[0]), u32(a[1]))));
  }

  private static void process() {
    does("args_get", "ii:i", (host, m, a) -> host.strings(m, host.args, u32(a[0]), u32(a[1])));
    does("args_sizes_get", "ii:i", (host, m, a) -> host.sizes(m, host.args, u32(a[0]), u32(a[1])));
    does("environ_get", "ii:i", (host, m, a) -> host.strings(m, host.env, u32(a[0]), u32(a[1])));
    does(
        "environ_sizes_get", "ii:i", (host, m, a) -> host.sizes(m, host.env, u32(a[0]), u32(a[1])));
    does("clock_res_get", "ii:i", (host, m, a) -> host.clockResolution(m, (int) a[0], u32(a[1])));
    does("clock_time_get", "iIi:i", (host, m, a) -> host.clockTime(m, (int) a[0], u32(a[2])));
    does("random_get", "ii:i", (host, m, a) -> host.random(m, u32(a[0]), u32(a[1])));
    does("sched_yield", ":i", (host, m, a) -> {});
    does(
        "poll_oneoff",
        "iiii:i",
        (host, m, a) -> host.poll(m, u32(a[0]), u32(a[1]), a[2], u32(a[3])));
    wasi("proc_raise", "i:i", (host, m, a) -> Errno.NOSYS);
    wasi(
        "proc_exit",
        "i:",
        (host, m, a) -> {
          throw new GuestEnd.Exit((int) a[0]);
        });
  }

  private static void descriptors() {
    does(
        "fd_read",
        "iiii:i",
        (host, m, a) -> host.files.read(m, (int) a[0], u32(a[1]), a[2], u32(a[3])));
    does(
        "fd_write",
        "iiii:i",
        (host, m, a) -> host.files.write(m, (int) a[0], u32(a[1]), a[2], u32(a[3])));
    does(
        "fd_pread",
        "iiiIi:i",
        (host, m, a) -> host.files.readAt(m, (int) a[0], u32(a[1]), a[2], a[3], u32(a[4])));
    does(
        "fd_pwrite",
        "iiiIi:i",
        (host, m, a) -> host.files.writeAt(m, (int) a[0], u32(a[1]), a[2], a[3], u32(a[4])));
    does(
        "fd_seek",
        "iIii:i",
        (host, m, a) -> host.files.seek(m, (int) a[0], a[1], (int) a[2], u32(a[3])));
    does("fd_tell", "ii:i", (host, m, a) -> host.files.tell(m, (int) a[0], u32(a[1])));
    does("fd_close", "i:i", (host, m, a) -> host.files.descriptors.close((int) a[0]));
    does(
        "fd_renumber",
        "ii:i",
        (host, m, a) -> host.files.descriptors.renumber((int) a[0], (int) a[1]));
    does(
        "fd_fdstat_get",
        "ii:i",
        (host, m, a) -> host.files.descriptorStatus(m, (int) a[0], u32(a[1])));
    does(
        "fd_fdstat_set_flags",
        "ii:i",
        (host, m, a) -> host.files.descriptors.setFlags((int) a[0], (int) a[1]));
    does(
        "fd_fdstat_set_rights",
        "iII:i",
        (host, m, a) -> host.files.descriptors.setRights((int) a[0], a[1], a[2]));
    does("fd_filestat_get", "ii:i", (host, m, a) -> host.files.status(m, (int) a[0], u32(a[1])));
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
    does("fd_prestat_get", "ii:i", (host, m, a) -> host.files.preopened(m, (int) a[0], u32(a[1])));
    does(
        "fd_prestat_dir_name",
        "iii:i",
        (host, m, a) -> host.files.preopenedName(m, (int) a[0], u32(a[1]), u32(a[2])));
    does(
        "fd_readdir",
        "iiiIi:i",
        (host, m, a) -> host.files.list(m, (int) a[0], u32(a[1]), u32(a[2]), a[3], u32(a[4])));
  }

  private static void paths() {
    does("path_open", "iiiiiIIii:i", (host, m, a) -> host.files.open(m, a));
    does(
        "path_create_directory",
        "iii:i",
        (host, m, a) -> host.files.paths.createDirectory((int) a[0], path(host, m, a[1], a[2])));
    does(
        "path_filestat_get",
        "iiiii:i",
        (host, m, a) ->
            host.files.statusOf(m, (int) a[0], (int) a[1], path(host, m, a[2], a[3]), u32(a[4])));
    does(
        "path_filestat_set_times",
        "iiiiIIi:i",
        (host, m, a) ->
            host.files.paths.setTimes(
                (int) a[0], (int) a[1], path(host, m, a[2], a[3]), a[4], a[5], (int) a[6]));
    does(
        "path_link",
        "iiiiiii:i",
        (host, m, a) ->
            host.files.paths.link(
                (int) a[0],
                (int) a[1],
                path(host, m, a[2], a[3]),
                (int) a[4],
                path(host, m, a[5], a[6])));
    does(
        "path_readlink",
        "iiiiii:i",
        (host, m, a) ->
            host.files.readLink(
                m, (int) a[0], path(host, m, a[1], a[2]), u32(a[3]), u32(a[4]), u32(a[5])));
    does(
        "path_remove_directory",
        "iii:i",
        (host, m, a) -> host.files.paths.removeDirectory((int) a[0], path(host, m, a[1], a[2])));
    does(
        "path_rename",
        "iiiiii:i",
        (host, m, a) ->
            host.files.paths.rename(
                (int) a[0], path(host, m, a[1], a[2]), (int) a[3], path(host, m, a[4], a[5])));
    does(
        "path_symlink",
        "iiiii:i",
        (host, m, a) ->
            host.files.paths.symlink(
                path(host, m, a[0], a[1]), (int) a[2], path(host, m, a[3], a[4])));
    does(
        "path_unlink_file",
        "iii:i",
        (host, m, a) -> host.files.paths.unlink((int) a[0], path(host, m, a[1], a[2])));
  }

  private static void sockets() {
    wasi("sock_accept", "iii:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_recv", "iiiiii:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_send", "iiiii:i", (host, m, a) -> host.files.socket((int) a[0]));
    wasi("sock_shutdown", "ii:i", (host, m, a) -> host.files.socket((int) a[0]));
  }
}
