package io.edgebeat.benchmarks.wasm;

import static io.edgebeat.benchmarks.wasm.Hostile.function;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Code that does not end, goes too deep, wants too much, or reaches where it must not. */
final class HostileCode {
  private static final List<String> TIMED_OUT = List.of("timed out", "out of fuel");
  private static final String TOO_DEEP = "trapped call stack exhausted";
  private static final String HUGE = "global.get 0 i32.const 1 i32.add global.set 0 ".repeat(7_000);

  private HostileCode() {}

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    loops(all);
    recursion(all);
    memory(all);
    traps(all);
    return all;
  }

  /** Runs for ever; or a thousand times. */
  private static void endless(List<Hostile> all, String name, IntFunction<Trial> program) {
    all.add(
        new Hostile(
            name, program.apply(0).hurried(), TIMED_OUT, program.apply(1_000), "completed 7"));
  }

  /** A loop around something, which ends after so many turns, or never. */
  private static String loop(int turns, String inside) {
    return "loop "
        + inside
        + (turns == 0
            ? " br 0 "
            : " local.get 0 i32.const 1 i32.add local.tee 0 i32.const "
                + turns
                + " i32.lt_u br_if 0 ")
        + "end i32.const 7";
  }

  private static void loops(List<Hostile> all) {
    endless(all, "endless loop", turns -> function(":i", "i", loop(turns, "")));
    endless(
        all,
        "endless loop that computes",
        turns -> function(":i", "iI", loop(turns, "local.get 1 i64.const 3 i64.mul local.set 1")));
    endless(
        all,
        "endless loop by a jump table",
        turns ->
            function(
                ":i",
                "i",
                "loop local.get 0 i32.const 1 i32.add local.set 0 block i32.const "
                    + (turns == 0 ? "1" : "0")
                    + " br_table [ 0 1 ] end end i32.const 7"));
    endless(
        all,
        "endless loop in a start function",
        turns -> {
          ModuleWriter writer = new ModuleWriter();
          int start = writer.function(":", "i", Code.of(loop(turns, "") + " drop end"));
          writer.export(Trial.FUNCTION, ":i", "", "i32.const 7");
          writer.start(start);
          return Trial.of(writer.toBytes());
        });
    endless(
        all,
        "endless loop in a function that is too large to be compiled",
        turns -> {
          ModuleWriter writer = new ModuleWriter();
          writer.global('i', true, new Code().i32(0));
          writer.export(Trial.FUNCTION, ":i", "i", loop(turns == 0 ? 0 : 3, HUGE));
          return Trial.of(writer.toBytes());
        });
    endless(
        all,
        "endless filling of memory",
        turns ->
            function(
                ":i", "i", loop(turns, "i32.const 0 i32.const 1 i32.const 65536 memory.fill")));
    endless(
        all,
        "endless copying of memory",
        turns ->
            function(
                ":i", "i", loop(turns, "i32.const 0 i32.const 1 i32.const 65535 memory.copy 0 0")));
    endless(
        all,
        "endless calls through a table",
        turns -> {
          ModuleWriter writer = new ModuleWriter();
          int callee = writer.function(":", "", Code.of("end"));
          writer.table('r', 1, 1);
          writer.elements(0, callee);
          int type = writer.type(":");
          writer.export(
              Trial.FUNCTION, ":i", "i", loop(turns, "i32.const 0 call_indirect " + type + " 0"));
          return Trial.of(writer.toBytes());
        });
    endless(
        all,
        "endless failing to grow",
        turns -> function(":i", "i", loop(turns, "i32.const 60000 memory.grow drop")));
  }

  /** Calls itself until the stack is full; or until its parameter is 0. */
  private static Trial recursive(
      String locals, String before, String behind, boolean ends, boolean indirect) {
    ModuleWriter writer = new ModuleWriter();
    writer.global('i', true, new Code().i32(0));
    int type = writer.type("i:i");
    String again = indirect ? "i32.const 0 call_indirect " + type + " 0" : "call 0";
    String guard = ends ? "local.get 0 i32.eqz if i32.const 7 return end " : "";
    writer.function(
        "i:i",
        locals,
        Code.of(
            guard + before + " local.get 0 i32.const 1 i32.sub " + again + " " + behind + " end"));
    if (indirect) {
      writer.table('r', 1, 1);
      writer.elements(0, 0);
    }
    writer.export(Trial.FUNCTION, ":i", "", "i32.const 20 call 0");
    return Trial.of(writer.toBytes());
  }

  private static void deep(
      List<Hostile> all,
      String name,
      String locals,
      String before,
      String behind,
      boolean indirect) {
    all.add(
        Hostile.of(
            name,
            recursive(locals, before, behind, false, indirect),
            TOO_DEEP,
            recursive(locals, before, behind, true, indirect),
            "completed 7"));
  }

  private static void recursion(List<Hostile> all) {
    deep(all, "endless recursion", "", "", "", false);
    deep(all, "endless recursion through a table", "", "", "", true);
    deep(all, "endless recursion with thousands of locals", "I".repeat(3_900), "", "", false);
    deep(all, "endless recursion of a function too large to be compiled", "", "", HUGE, false);
    String operands = "i64.const 1 ".repeat(900);
    deep(
        all,
        "endless recursion under many operands",
        "",
        operands,
        "local.set 0 " + "drop ".repeat(900) + "local.get 0",
        false);
    IntFunction<Trial> mutual =
        ends -> {
          ModuleWriter writer = new ModuleWriter();
          String guard = ends == 1 ? "local.get 0 i32.eqz if i32.const 7 return end " : "";
          writer.function("i:i", "", Code.of(guard + "local.get 0 i32.const 1 i32.sub call 1 end"));
          writer.function("i:i", "FF", Code.of("local.get 0 call 2 end"));
          writer.function("i:i", "I", Code.of("local.get 0 call 0 end"));
          writer.export(Trial.FUNCTION, ":i", "", "i32.const 20 call 0");
          return Trial.of(writer.toBytes());
        };
    all.add(
        Hostile.of(
            "endless recursion of three functions",
            mutual.apply(0),
            TOO_DEEP,
            mutual.apply(1),
            "completed 7"));
  }

  private static void memory(List<Hostile> all) {
    String grow =
        "loop i32.const 1 memory.grow i32.const -1 i32.ne memory.size i32.const 100 i32.lt_u"
            + " i32.and br_if 0 end memory.size i32.const 100 i32.lt_u if unreachable end"
            + " memory.size";
    all.add(
        Hostile.of(
            "grows its memory page by page",
            function("i", grow),
            "out of memory",
            function("i", grow).memoryBytes(16 << 20),
            "completed 100"));
    all.add(
        Hostile.of(
            "grows its memory by 4 GiB at once",
            function("i", "i32.const -1 memory.grow"),
            "completed -1",
            function("i", "i32.const 1 memory.grow"),
            "completed 1"));
    String many =
        "loop ref.null func i32.const 1000 table.grow 0 i32.const -1 i32.ne table.size 0 i32.const"
            + " 150000 i32.lt_u i32.and br_if 0 end table.size 0 i32.const 90000 i32.gt_u";
    IntFunction<Trial> table =
        none -> {
          ModuleWriter writer = new ModuleWriter();
          writer.table('r', 1, -1);
          writer.export(Trial.FUNCTION, ":i", "", many);
          return Trial.of(writer.toBytes());
        };
    all.add(
        Hostile.of(
            "grows its table for ever",
            table.apply(0).maxima(m -> m.withTableEntries(50_000)),
            "failed LIMIT_EXCEEDED",
            table.apply(0),
            "completed 1"));
  }

  private static void traps(List<Hostile> all) {
    String outside = "trapped out of bounds memory access";
    String[][] accesses = {
      {"reads behind its memory", "i32.const 65533 i32.load 0", "i32.const 65532 i32.load 0"},
      {
        "reads 8 GiB behind its memory",
        "i32.const -1 i32.load 0xfffffff0",
        "i32.const 1 i32.load 0xfff0"
      },
      {
        "writes behind its memory",
        "i32.const -1 i32.const 1 i32.store8 0 i32.const 0",
        "i32.const 65535 i32.const 1 i32.store8 0 i32.const 0"
      },
      {
        "copies with sizes that wrap around",
        "i32.const 65535 i32.const 1 i32.const 0x7fffffff memory.copy 0 0 i32.const 0",
        "i32.const 65535 i32.const 1 i32.const 1 memory.copy 0 0 i32.const 0"
      },
      {
        "fills with sizes that wrap around",
        "i32.const 65535 i32.const 1 i32.const -1 memory.fill i32.const 0",
        "i32.const 65535 i32.const 1 i32.const 1 memory.fill i32.const 0"
      },
    };
    for (String[] access : accesses) {
      all.add(
          new Hostile(
              access[0],
              function("i", access[1]),
              List.of(outside, "out of fuel"),
              function("i", access[2]),
              "completed 0"));
    }
    all.add(
        Hostile.of(
            "divides the smallest number by -1",
            function("i", "i32.const -2147483648 i32.const -1 i32.div_s"),
            "trapped integer overflow",
            function("i", "i32.const -2147483647 i32.const -1 i32.div_s"),
            "completed 2147483647"));
    IntFunction<Trial> confused =
        entry -> {
          ModuleWriter writer = new ModuleWriter();
          int own = writer.function(":i", "", Code.of("i32.const 5 end"));
          int other = writer.function("IF:F", "", Code.of("local.get 1 end"));
          writer.table('r', 4, 4);
          writer.elements(0, own, other);
          int type = writer.type(":i");
          writer.export(
              Trial.FUNCTION, ":i", "", "i32.const " + entry + " call_indirect " + type + " 0");
          return Trial.of(writer.toBytes());
        };
    String[][] entries = {
      {"calls a function as if it were another", "1", "trapped indirect call type mismatch"},
      {"calls an empty entry of its table", "3", "trapped uninitialized element"},
      {"calls what is behind its table", "4", "trapped undefined element"},
      {"calls what is far behind its table", "-1", "trapped undefined element"},
    };
    for (String[] entry : entries) {
      all.add(
          Hostile.of(
              entry[0],
              confused.apply(Integer.parseInt(entry[1])),
              entry[2],
              confused.apply(0),
              "completed 5"));
    }
  }
}
