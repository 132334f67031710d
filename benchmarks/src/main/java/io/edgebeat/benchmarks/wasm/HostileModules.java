package io.edgebeat.benchmarks.wasm;

import static io.edgebeat.benchmarks.wasm.Hostile.function;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Modules that cost their host more than they say, before any of their code runs. */
final class HostileModules {
  private static final String REFUSED = "refused WORKLOAD_REFUSED";
  private static final String BAD = "refused BAD_WORKLOAD";

  private HostileModules() {}

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    sizes(all);
    lies(all);
    features(all);
    counters(all);
    return all;
  }

  /** A module that gives 7, and has something else. */
  private static Trial with(Consumer<ModuleWriter> more) {
    ModuleWriter writer = new ModuleWriter();
    more.accept(writer);
    writer.export(Trial.FUNCTION, ":i", "", "i32.const 7");
    return Trial.of(writer.toBytes());
  }

  /** Too many of something, and as many as are possible for everybody. */
  private static void many(
      List<Hostile> all, String name, int tooMany, int enough, IntFunction<Trial> program) {
    all.add(
        Hostile.of(name, program.apply(tooMany), REFUSED, program.apply(enough), "completed 7"));
  }

  private static void sizes(List<Hostile> all) {
    many(all, "demands much memory", 20_000, 2, n -> with(w -> w.memory(n, -1)));
    many(all, "demands a huge table", 2_000_000_000, 9, n -> with(w -> w.table('r', n, -1)));
    IntFunction<Trial> tables =
        n ->
            with(
                w -> {
                  for (int i = 0; i < n; i++) {
                    w.table('r', 60_000, 60_000);
                  }
                });
    all.add(
        Hostile.of(
            "demands many large tables",
            tables.apply(10),
            REFUSED,
            tables.apply(10).maxima(m -> m.withTableEntries(700_000)),
            "completed 7"));
    many(
        all,
        "has too many functions",
        30_000,
        300,
        n ->
            with(
                w -> {
                  for (int i = 0; i < n; i++) {
                    w.function(":", "", Code.of("end"));
                  }
                }));
    String large = "global.get 0 i32.const 1 i32.add global.set 0 ".repeat(5_000) + "end";
    many(
        all,
        "has many functions that take long to compile",
        60,
        1,
        n ->
            with(
                w -> {
                  w.global('i', true, new Code().i32(0));
                  for (int i = 0; i < n; i++) {
                    w.function(":", "", Code.of(large));
                  }
                }));
    IntFunction<Trial> code =
        n -> with(w -> w.function(":", "", Code.of("nop ".repeat(n) + "end")));
    all.add(
        Hostile.of(
            "has more code than is compiled",
            code.apply(300_000).maxima(m -> m.withModuleBytes(8 << 20, 256 << 10)),
            REFUSED,
            code.apply(300_000),
            "completed 7"));
    IntFunction<Trial> image = n -> with(w -> w.custom("large", new byte[n]));
    all.add(
        Hostile.of(
            "is a huge image",
            image.apply(9 << 20),
            REFUSED,
            image.apply(9 << 20).maxima(m -> m.withModuleBytes(16 << 20, 2 << 20)),
            "completed 7"));
    many(
        all,
        "has thousands of locals",
        4_100,
        3_000,
        n -> function(":i", "I".repeat(n), "i32.const 7"));
    many(
        all,
        "nests its blocks too deeply",
        20_000,
        500,
        n -> function("i", "block ".repeat(n) + "end ".repeat(n) + "i32.const 7"));
    many(
        all,
        "has more operands than the JVM survives",
        30_000,
        900,
        n -> function("i", "i32.const 1 ".repeat(n) + "drop ".repeat(n) + "i32.const 7"));
    many(
        all,
        "has too many types",
        150_000,
        1_000,
        n ->
            with(
                w -> {
                  for (int i = 0; i < n; i++) {
                    w.type(
                        "iIfF".repeat(4).substring(0, i % 17)
                            + Integer.toString(i, 4)
                                .replace('0', 'i')
                                .replace('1', 'I')
                                .replace('2', 'f')
                                .replace('3', 'F')
                            + ":");
                  }
                }));
    many(
        all,
        "exports too much",
        150_000,
        1_000,
        n ->
            with(
                w -> {
                  w.global('i', false, new Code().i32(1));
                  for (int i = 0; i < n; i++) {
                    w.export("e" + i, 3, 0);
                  }
                }));
    many(
        all,
        "has a name of a million bytes",
        1_000_000,
        1_000,
        n ->
            with(
                w -> {
                  w.memory(1, 1);
                  w.export("n".repeat(n), 2, 0);
                }));
    many(
        all,
        "has too many segments of data",
        150_000,
        1_000,
        n ->
            with(
                w -> {
                  w.memory(1, 1);
                  for (int i = 0; i < n; i++) {
                    w.data(0, new byte[] {1});
                  }
                }));
    many(
        all,
        "imports too much",
        2_000,
        100,
        n ->
            with(
                w -> {
                  for (int i = 0; i < n; i++) {
                    w.importFunction(HostileGuests.WASI, "proc_exit", "i:");
                  }
                  w.memory(1, 1);
                }));
    many(
        all,
        "fills tables by more entries than they may have",
        150_000,
        1_000,
        n ->
            with(
                w -> {
                  w.function(":", "", Code.of("end"));
                  w.passiveElements(new int[n]);
                }));
    IntFunction<Trial> labels =
        n -> function("i", "block i32.const 0 br_table [ " + "0 ".repeat(n) + "] end i32.const 7");
    all.add(
        new Hostile(
            "jumps by a table of a hundred thousand labels",
            labels.apply(100_000),
            List.of(REFUSED, "completed 7"),
            labels.apply(1_000),
            "completed 7"));
    IntFunction<Trial> customs =
        n ->
            with(
                w -> {
                  for (int i = 0; i < n; i++) {
                    w.custom("c", new byte[] {1, 2, 3});
                  }
                });
    all.add(
        new Hostile(
            "has a hundred thousand sections that mean nothing",
            customs.apply(100_000),
            List.of(REFUSED, "completed 7"),
            customs.apply(100),
            "completed 7"));
  }

  private static void lies(List<Hostile> all) {
    Trial sane = with(w -> w.memory(1, 1));
    byte[] head = {0, 'a', 's', 'm', 1, 0, 0, 0};
    Object[][] lies = {
      {"claims four billion types", REFUSED, new int[] {1, 5, 0xff, 0xff, 0xff, 0xff, 15}},
      {"claims a section of 4 GiB", BAD, new int[] {1, 0xff, 0xff, 0xff, 0xff, 15}},
      {"ends in the middle of a number", BAD, new int[] {1, 2, 0xff, 0xff}},
      {"has a section that nobody knows", BAD, new int[] {99, 0}},
      {"has its sections twice", BAD, new int[] {1, 1, 0, 1, 1, 0}},
      {"declares functions without code", BAD, new int[] {1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0}},
    };
    for (Object[] lie : lies) {
      Code code = new Code().raw(head);
      for (int part : (int[]) lie[2]) {
        code.raw(part);
      }
      all.add(
          Hostile.of(
              (String) lie[0], Trial.of(code.toBytes()), (String) lie[1], sane, "completed 7"));
    }
    byte[] newer = sane.module().clone();
    newer[4] = 2;
    all.add(Hostile.of("is of another version", Trial.of(newer), BAD, sane, "completed 7"));
    all.add(
        Hostile.of(
            "gives a number as another type",
            function("i", "i64.const 7"),
            BAD,
            function("I", "i64.const 7"),
            "completed 7"));
    Consumer<ModuleWriter> page = w -> w.memory(1, 1);
    all.add(
        Hostile.of(
            "puts data behind its memory",
            with(page.andThen(w -> w.data(65_535, new byte[2]))),
            "trapped out of bounds memory access",
            with(page.andThen(w -> w.data(65_534, new byte[2]))),
            "completed 7"));
    IntFunction<Trial> entries =
        n ->
            with(
                w -> {
                  w.table('r', 2, 2);
                  w.function(":", "", Code.of("end"));
                  w.elements(n, 0, 0);
                });
    all.add(
        Hostile.of(
            "puts functions behind its table",
            entries.apply(1),
            "trapped out of bounds table access",
            entries.apply(0),
            "completed 7"));
    IntFunction<Trial> started =
        n ->
            with(
                w -> w.start(w.function(":", "", Code.of((n == 1 ? "unreachable " : "") + "end"))));
    all.add(
        Hostile.of(
            "traps while it is started",
            started.apply(1),
            "trapped unreachable",
            started.apply(0),
            "completed 7"));
    all.add(
        new Hostile(
            "has names that are none",
            with(w -> w.custom("name", new byte[] {1, -1, -1, -1, -1, 15, 0})),
            List.of(BAD, "completed 7"),
            with(w -> w.custom("other", new byte[] {1, -1, -1, -1, -1, 15, 0})),
            "completed 7"));
  }

  private static void features(List<Hostile> all) {
    Object[][] features = {
      {"vectors", new int[] {0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a}},
      {"atomics", new int[] {0xfe, 3, 0}},
      {"garbage-collected types", new int[] {0xfb, 0, 0, 0x1a}},
      {"typed references", new int[] {0xd2, 0, 0x14, 0}},
    };
    for (Object[] feature : features) {
      Code body = new Code();
      for (int part : (int[]) feature[1]) {
        body.raw(part);
      }
      all.add(
          Hostile.of(
              "uses " + feature[0],
              with(w -> w.function(":", "", body.op("end"))),
              REFUSED,
              with(w -> w.function(":", "", Code.of("end"))),
              "completed 7"));
    }
  }

  /** Modules that want to see or change how much fuel they have used. */
  private static void counters(List<Hostile> all) {
    Trial own =
        with(
            w -> {
              w.global('I', true, new Code().i64(1));
              w.function(":", "", Code.of("i64.const 9 global.set 0 end"));
            });
    for (String name : new String[] {"edgebeat:fuel", "edgebeat:depth", "edgebeat:start"}) {
      all.add(
          Hostile.of(
              "exports what is called " + name,
              with(
                  w -> {
                    w.global('I', true, new Code().i64(1));
                    w.export(name, 3, 0);
                  }),
              REFUSED,
              with(
                  w -> {
                    w.global('I', true, new Code().i64(1));
                    w.export("my:" + name.substring(9), 3, 0);
                  }),
              "completed 7"));
    }
    all.add(
        Hostile.of(
            "sets a global behind its own, where the counter lies",
            with(
                w -> {
                  w.global('I', true, new Code().i64(1));
                  w.function(":", "", Code.of("i64.const 1000000 global.set 1 end"));
                }),
            BAD,
            own,
            "completed 7"));
    all.add(
        Hostile.of(
            "reads a global behind its own",
            with(w -> w.function(":", "", Code.of("global.get 0 drop end"))),
            BAD,
            own,
            "completed 7"));
    all.add(
        Hostile.of(
            "calls a function behind its own, where those of the meter lie",
            with(w -> w.function(":", "", Code.of("i64.const -1 call 2 end"))),
            BAD,
            with(w -> w.function(":", "", Code.of("call 1 drop end"))),
            "completed 7"));
    all.add(
        Hostile.of(
            "imports the counter",
            with(
                w -> {
                  w.importFunction("edgebeat:fuel", "edgebeat:fuel", ":I");
                  w.memory(1, 1);
                }),
            REFUSED,
            with(
                w -> {
                  w.importFunction(HostileGuests.WASI, "sched_yield", ":i");
                  w.memory(1, 1);
                }),
            "completed 7"));
    all.add(
        Hostile.of(
            "puts a function of the meter into its table",
            with(
                w -> {
                  w.table('r', 4, 4);
                  w.elements(0, 1, 2);
                }),
            BAD,
            with(
                w -> {
                  w.table('r', 4, 4);
                  w.elements(0, 0, 0);
                }),
            "completed 7"));
    all.add(
        Hostile.of(
            "reads a local behind its own, where the meter counts",
            function("I", "local.get 0"),
            BAD,
            function(":I", "I", "i64.const 7 local.set 0 local.get 0"),
            "completed 7"));
  }
}
