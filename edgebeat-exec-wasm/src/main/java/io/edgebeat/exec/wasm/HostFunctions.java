package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every function a guest can import: all of WASI preview 1, and {@code edgebeat.stream_open}. What
 * is not in this table does not exist. Functions for things that no guest has here (files,
 * directories, sockets, other processes) answer with the error number that says so.
 */
final class HostFunctions {
  static final String WASI = "wasi_snapshot_preview1";
  static final String EDGEBEAT = "edgebeat";

  /** What one function does. */
  @FunctionalInterface
  interface Body {
    long call(WasiHost host, GuestMemory memory, long[] a) throws Fault, InterruptedException;
  }

  record HostFunction(FunctionShape shape, Body body) {}

  private static final Map<String, HostFunction> ALL = new HashMap<>();

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

  /** A function on a descriptor, whose number is the first argument, that only fails. */
  private static void refused(String name, String shape, int errno) {
    wasi(name, shape, (host, m, a) -> host.isOpen((int) a[0]) ? errno : Errno.BADF);
  }

  private static long u32(long value) {
    return value & 0xffff_ffffL;
  }

  static {
    wasi("args_get", "ii:i", (host, m, a) -> host.strings(m, host.args, u32(a[0]), u32(a[1])));
    wasi("args_sizes_get", "ii:i", (host, m, a) -> host.sizes(m, host.args, u32(a[0]), u32(a[1])));
    wasi("environ_get", "ii:i", (host, m, a) -> host.strings(m, host.env, u32(a[0]), u32(a[1])));
    wasi(
        "environ_sizes_get", "ii:i", (host, m, a) -> host.sizes(m, host.env, u32(a[0]), u32(a[1])));
    wasi("clock_res_get", "ii:i", (host, m, a) -> host.clockResolution(m, (int) a[0], u32(a[1])));
    wasi("clock_time_get", "iIi:i", (host, m, a) -> host.clockTime(m, (int) a[0], u32(a[2])));
    wasi("random_get", "ii:i", (host, m, a) -> host.random(m, u32(a[0]), u32(a[1])));
    wasi("sched_yield", ":i", (host, m, a) -> Errno.SUCCESS);
    wasi("poll_oneoff", "iiii:i", (host, m, a) -> host.poll(m, u32(a[0]), u32(a[1]), a[2], a[3]));
    wasi("proc_raise", "i:i", (host, m, a) -> Errno.NOSYS);
    wasi(
        "proc_exit",
        "i:",
        (host, m, a) -> {
          throw new GuestEnd.Exit((int) a[0]);
        });

    wasi("fd_read", "iiii:i", (host, m, a) -> host.read(m, (int) a[0], u32(a[1]), a[2], u32(a[3])));
    wasi(
        "fd_write",
        "iiii:i",
        (host, m, a) -> host.write(m, (int) a[0], u32(a[1]), a[2], u32(a[3])));
    wasi("fd_close", "i:i", (host, m, a) -> host.close((int) a[0]));
    wasi("fd_fdstat_get", "ii:i", (host, m, a) -> host.status(m, (int) a[0], u32(a[1])));
    wasi("fd_filestat_get", "ii:i", (host, m, a) -> host.fileStatus(m, (int) a[0], u32(a[1])));
    wasi("fd_prestat_get", "ii:i", (host, m, a) -> Errno.BADF);
    wasi("fd_prestat_dir_name", "iii:i", (host, m, a) -> Errno.BADF);
    refused("fd_seek", "iIii:i", Errno.SPIPE);
    refused("fd_tell", "ii:i", Errno.SPIPE);
    refused("fd_pread", "iiiIi:i", Errno.SPIPE);
    refused("fd_pwrite", "iiiIi:i", Errno.SPIPE);
    refused("fd_advise", "iIIi:i", Errno.SPIPE);
    refused("fd_allocate", "iII:i", Errno.NOTSUP);
    refused("fd_datasync", "i:i", Errno.NOTSUP);
    refused("fd_sync", "i:i", Errno.NOTSUP);
    refused("fd_fdstat_set_flags", "ii:i", Errno.NOTSUP);
    refused("fd_fdstat_set_rights", "iII:i", Errno.NOTSUP);
    refused("fd_filestat_set_size", "iI:i", Errno.NOTSUP);
    refused("fd_filestat_set_times", "iIIi:i", Errno.NOTSUP);
    refused("fd_readdir", "iiiIi:i", Errno.NOTDIR);
    refused("fd_renumber", "ii:i", Errno.NOTSUP);

    refused("path_create_directory", "iii:i", Errno.NOTDIR);
    refused("path_filestat_get", "iiiii:i", Errno.NOTDIR);
    refused("path_filestat_set_times", "iiiiIIi:i", Errno.NOTDIR);
    refused("path_link", "iiiiiii:i", Errno.NOTDIR);
    refused("path_open", "iiiiiIIii:i", Errno.NOTDIR);
    refused("path_readlink", "iiiiii:i", Errno.NOTDIR);
    refused("path_remove_directory", "iii:i", Errno.NOTDIR);
    refused("path_rename", "iiiiii:i", Errno.NOTDIR);
    wasi(
        "path_symlink",
        "iiiii:i",
        (host, m, a) -> host.isOpen((int) a[2]) ? Errno.NOTDIR : Errno.BADF);
    refused("path_unlink_file", "iii:i", Errno.NOTDIR);

    refused("sock_accept", "iii:i", Errno.NOTSOCK);
    refused("sock_recv", "iiiiii:i", Errno.NOTSOCK);
    refused("sock_send", "iiiii:i", Errno.NOTSOCK);
    refused("sock_shutdown", "ii:i", Errno.NOTSOCK);

    ALL.put(
        EDGEBEAT + ".stream_open",
        new HostFunction(
            FunctionShape.of("ii:i"), (host, m, a) -> host.openStream(m, u32(a[0]), u32(a[1]))));
  }
}
