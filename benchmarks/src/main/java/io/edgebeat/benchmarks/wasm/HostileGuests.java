package io.edgebeat.benchmarks.wasm;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.HostProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Guests that ask their host for what is not theirs, or too often. */
final class HostileGuests {
  static final String WASI = "wasi_snapshot_preview1";

  private static final String REFUSED = "refused WORKLOAD_REFUSED";

  /** Of the standard: what is answered to those who may not. */
  private static final String NOT_SUPPORTED = "completed 58";

  private static final String FAULT = "completed 21";

  private static final HostProfile PROFILE =
      new HostProfile(
          Optional.of(Instant.parse("2026-03-04T05:06:07Z")),
          Optional.of(ContentId.sha256(new byte[] {7})),
          Map.of("A", "1"));

  private HostileGuests() {}

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    imports(all);
    floods(all);
    probes(all);
    return all;
  }

  /** A guest that imports one function, as number 0. */
  private static Trial guest(String module, String name, String shape, String locals, String body) {
    ModuleWriter writer = new ModuleWriter();
    writer.importFunction(module, name, shape);
    writer.memory(1, -1);
    writer.data(64, "sensor".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    writer.export(Trial.FUNCTION, ":i", locals, body);
    return Trial.of(writer.toBytes());
  }

  private static Trial wasi(String name, String shape, String body) {
    return guest(WASI, name, shape, "i", body);
  }

  private static void imports(List<Hostile> all) {
    Trial known = guest(WASI, "sched_yield", ":i", "", "call 0");
    String[][] unknown = {
      {"java.lang.System", "exit", "i:"},
      {"env", "system", "i:i"},
      {WASI, "proc_exec", "ii:i"},
      {"wasi_unstable", "fd_write", "iiii:i"},
      {"edgebeat", "journal_read", "i:i"},
    };
    for (String[] each : unknown) {
      all.add(
          Hostile.of(
              "imports " + each[0] + "." + each[1],
              guest(each[0], each[1], each[2], "", "i32.const 0"),
              REFUSED,
              known,
              "completed "));
    }
    all.add(
        Hostile.of(
            "imports a function as another type",
            guest(WASI, "fd_write", "IIII:i", "", "i32.const 0"),
            REFUSED,
            guest(WASI, "fd_write", "iiii:i", "", "i32.const 0"),
            "completed 0"));
    Code memory = new Code().raw(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    memory.raw(2).unsigned(9).unsigned(1).name("env").name("m").raw(2).raw(0).raw(1);
    Code global = new Code().raw(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    global.raw(2).unsigned(10).unsigned(1).name("env").name("g").raw(3).raw(0x7f).raw(0).raw(0);
    all.add(
        Hostile.of(
            "imports a memory of its host", Trial.of(memory.toBytes()), "refused", known, "comp"));
    all.add(
        Hostile.of(
            "imports a global of its host", Trial.of(global.toBytes()), "refused", known, "comp"));
  }

  /** Writes a thousand bytes to a descriptor, so many times. */
  private static Trial writes(int descriptor, int times) {
    return wasi(
        "fd_write",
        "iiii:i",
        "i32.const 4 i32.const 1000 i32.store 0 loop i32.const "
            + descriptor
            + " i32.const 0 i32.const 1 i32.const 8 call 0 if unreachable end local.get 0"
            + " i32.const 1 i32.add local.tee 0 i32.const "
            + times
            + " i32.lt_u br_if 0 end i32.const 7");
  }

  private static void floods(List<Hostile> all) {
    all.add(
        Hostile.of(
            "floods its output",
            writes(1, 1_000_000),
            "trapped output larger than its limit",
            writes(1, 1_000).outputBytes(2 << 20),
            "completed 1000002 bytes"));
    all.add(
        new Hostile(
            "floods its log for ever",
            writes(2, -1).hurried(),
            List.of("timed out", "out of fuel"),
            writes(2, 1_000),
            "completed 7"));
    String open =
        "loop i32.const 64 i32.const 6 call 0 drop local.get 0 i32.const 1 i32.add local.tee 0"
            + " i32.const 10000 i32.lt_u br_if 0 end i32.const 64 i32.const 6 call 0";
    all.add(
        Hostile.of(
            "opens a stream that it was not granted",
            guest("edgebeat", "stream_open", "ii:i", "i", open),
            "completed -76",
            guest(
                    "edgebeat",
                    "stream_open",
                    "ii:i",
                    "i",
                    "i32.const 64 i32.const 6 call 0 i32.const 3 i32.ge_s")
                .granted(),
            "completed 1"));
    all.add(
        new Hostile(
            "opens a stream ten thousand times",
            guest("edgebeat", "stream_open", "ii:i", "i", open + " i32.const 1000 i32.lt_s")
                .granted(),
            List.of("completed 1", "trapped"),
            guest(
                    "edgebeat",
                    "stream_open",
                    "ii:i",
                    "i",
                    "i32.const 64 i32.const 6 call 0 i32.const 3 i32.ge_s")
                .granted(),
            "completed 1"));
  }

  private static void probes(List<Hostile> all) {
    Object[][] probes = {
      {
        "asks for the time",
        wasi("clock_time_get", "iIi:i", "i32.const 0 i64.const 1 i32.const 16 call 0"),
        NOT_SUPPORTED
      },
      {
        "asks for the time that its thread has used",
        wasi("clock_time_get", "iIi:i", "i32.const 3 i64.const 1 i32.const 16 call 0"),
        NOT_SUPPORTED
      },
      {
        "asks how exact the clock is",
        wasi("clock_res_get", "ii:i", "i32.const 0 i32.const 16 call 0"),
        NOT_SUPPORTED
      },
      {
        "asks for random bytes",
        wasi("random_get", "ii:i", "i32.const 16 i32.const 32 call 0"),
        NOT_SUPPORTED
      },
    };
    for (Object[] probe : probes) {
      Trial trial = (Trial) probe[1];
      all.add(
          Hostile.of(
              (String) probe[0], trial, (String) probe[2], trial.profile(PROFILE), "completed 0"));
    }
    Trial environment =
        wasi(
            "environ_sizes_get",
            "ii:i",
            "i32.const 16 i32.const 20 call 0 drop i32.const 16 i32.load 0");
    all.add(
        Hostile.of(
            "asks for the environment of its host",
            environment,
            "completed 0",
            environment.profile(PROFILE),
            "completed 1"));
    all.add(
        Hostile.of(
            "looks whether the clock moves",
            wasi(
                    "clock_time_get",
                    "iIi:i",
                    "i32.const 1 i64.const 1 i32.const 16 call 0 drop loop local.get 0 i32.const 1"
                        + " i32.add local.tee 0 i32.const 1000 i32.lt_u br_if 0 end i32.const 1"
                        + " i64.const 1 i32.const 24 call 0 drop i32.const 16 i64.load 0 i32.const"
                        + " 24 i64.load 0 i64.ne")
                .profile(PROFILE),
            "completed 0",
            wasi(
                    "clock_time_get",
                    "iIi:i",
                    "i32.const 1 i64.const 1 i32.const 16 call 0 drop i32.const 16 i64.load 0"
                        + " i64.const 0 i64.ne")
                .profile(PROFILE),
            "completed 1"));
    // What is written, and where it lies: inside of the memory or not.
    String write = "i32.store 0 i32.const 1 i32.const %s i32.const %s i32.const %s call 0";
    String inside = "i32.const 0 i32.const 100 i32.store 0 i32.const 4 i32.const 1 ";
    Trial fine = wasi("fd_write", "iiii:i", inside + write.formatted("0", "1", "8"));
    Object[][] pointers = {
      {
        "has its host read behind its memory",
        "i32.const 0 i32.const 65535 i32.store 0 i32.const 4 i32.const -1 ",
        new String[] {"0", "1", "8"}
      },
      {"has its host read a list behind its memory", inside, new String[] {"-4", "2", "8"}},
      {"has its host write behind its memory", inside, new String[] {"0", "1", "65534"}},
      {"has its host write at a negative address", inside, new String[] {"0", "1", "-1"}},
    };
    for (Object[] pointer : pointers) {
      String[] numbers = (String[]) pointer[2];
      all.add(
          Hostile.of(
              (String) pointer[0],
              wasi(
                  "fd_write",
                  "iiii:i",
                  pointer[1] + write.formatted(numbers[0], numbers[1], numbers[2])),
              FAULT,
              fine,
              "completed "));
    }
    all.add(
        new Hostile(
            "has its host read a list of four billion",
            wasi("fd_write", "iiii:i", inside + write.formatted("0", "-1", "8")),
            List.of("completed 28", FAULT),
            fine,
            "completed "));
    all.add(
        new Hostile(
            "opens a file of its host",
            wasi(
                "path_open",
                "iiiiiIIii:i",
                "i32.const 3 i32.const 0 i32.const 64 i32.const 6 i32.const 0 i64.const -1"
                    + " i64.const -1 i32.const 0 i32.const 16 call 0 i32.const 0 i32.ne"),
            List.of("completed 1"),
            fine,
            "completed "));
    all.add(
        new Hostile(
            "sends to a socket of its host",
            wasi(
                "sock_send",
                "iiiii:i",
                "i32.const 5 i32.const 0 i32.const 1 i32.const 0 i32.const 16 call 0 i32.const 0"
                    + " i32.ne"),
            List.of("completed 1"),
            fine,
            "completed "));
    all.add(
        new Hostile(
            "ends with a code that is none",
            wasi("proc_exit", "i:", "i32.const -7 call 0 i32.const 0"),
            List.of("exited ", "trapped", "completed "),
            wasi("proc_exit", "i:", "i32.const 9 call 0 i32.const 0"),
            "exited 9"));
  }
}
