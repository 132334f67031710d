package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.exec.wasm.code.CompiledCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What compiled code changes lies in fields; compiled and interpreted code see the same. */
class GuestStateTest {
  /** Does not fit into a method of the JVM, and so is interpreted; changes nothing. */
  private static final String LONG =
      "(drop (i32.add (i32.const 70000) (i32.const 70001)))".repeat(8_000);

  private static final String COUNTER =
      "(global $fuel (export \"edgebeat:fuel\") (mut i64) (i64.const 7))";

  private static WasmEngine.Instance instance(String text) {
    return instance(text, 1_024);
  }

  private static WasmEngine.Instance instance(String text, long pages) {
    byte[] module = Wat.assemble(text);
    ModuleShape shape = ModuleReader.read(module, WasmLimits.DEFAULTS);
    return new ChicoryEngine(WasmLimits.DEFAULTS)
        .compile(module, shape)
        .instantiate(List.of(), pages, () -> {});
  }

  private static long call(WasmEngine.Instance instance, String name, long... arguments) {
    long[] results = instance.call(name, arguments);
    return results.length == 0 ? 0 : results[0];
  }

  @Test
  void theCounterIsTheSameForHostCompiledAndInterpretedCode() {
    for (String memory : List.of("", "(memory 1)")) {
      WasmEngine.Instance instance =
          instance(
              memory
                  + """
                  (global $a (mut i64) (i64.const 100))
                  """
                  + COUNTER
                  + """
                  (global $b (mut i64) (i64.const 200))
                  (func $less (param i64)
                    (global.set $fuel (i64.sub (global.get $fuel) (local.get 0))))
                  (func $long (param i64)
                  """
                  + LONG
                  + """
                    (call $less (i64.const 1))
                    (global.set $fuel (i64.sub (global.get $fuel) (local.get 0))))
                  (func (export "short") (param i64) (call $less (local.get 0)))
                  (func (export "long") (param i64)
                    (call $less (i64.const 2)) (call $long (local.get 0)) (call $less (i64.const 4)))
                  (func (export "others") (result i64) (i64.add (global.get $a) (global.get $b)))
                  """);
      assertThat(instance.fuelLeft()).isEqualTo(7);
      instance.fuelLeft(1L << 40);
      call(instance, "short", 5);
      assertThat(instance.fuelLeft()).isEqualTo((1L << 40) - 5);
      call(instance, "long", 1_000);
      assertThat(instance.fuelLeft()).isEqualTo((1L << 40) - 5 - 1_007);
      assertThat(call(instance, "others")).isEqualTo(300);
    }
  }

  @Test
  void theDepthIsASecondCounter() {
    WasmEngine.Instance instance =
        instance(
            """
            (global $depth (export "edgebeat:depth") (mut i32) (i32.const -3))
            (func (export "get") (result i32) (global.get $depth))
            (func (export "set") (param i32) (global.set $depth (local.get 0)))
            """);
    assertThat((int) call(instance, "get")).isEqualTo(-3);
    call(instance, "set", 0xffff_fff0L);
    assertThat((int) call(instance, "get")).isEqualTo(-16);
  }

  @Test
  void onlyMutableGlobalsOfTheRightTypeAreCounters() {
    WasmEngine.Instance instance =
        instance(
            """
            (global $fuel (export "edgebeat:fuel") (mut i32) (i32.const 9))
            (global $depth (export "edgebeat:depth") i32 (i32.const 8))
            (func (export "sum") (result i32) (i32.add (global.get $fuel) (global.get $depth)))
            """);
    instance.fuelLeft(1_000);
    assertThat(call(instance, "sum")).isEqualTo(17);
  }

  @Test
  void globalsOfEveryTypeKeepTheirValues() {
    String globals =
        """
        (global $r (mut funcref) (ref.null_func))
        (global $i (mut i32) (i32.const -1))
        (global $j (mut i64) (i64.const -2))
        (global $f (mut f32) (f32.const 1.5))
        (global $d (mut f64) (f64.const -2.5))
        (global $copy i32 (i32.const 77))
        """;
    for (String filler : List.of("", LONG)) {
      WasmEngine.Instance instance =
          instance(
              globals
                  + "(func (export \"i\") (result i32) (global.get $i))"
                  + "(func (export \"j\") (result i64) (global.get $j))"
                  + "(func (export \"f\") (result f32) (global.get $f))"
                  + "(func (export \"d\") (result f64) (global.get $d))"
                  + "(func (export \"copy\") (result i32) (global.get $copy))"
                  + "(func (export \"none\") (result i32) (ref.is_null (global.get $r)))"
                  + "(func $other)(func (export \"set\")"
                  + filler
                  + "(global.set $r (ref.func $other)) (global.set $i (i32.const 2147483647))"
                  + "(global.set $j (i64.const 4611686018427387904))"
                  + "(global.set $f (f32.const -0.25)) (global.set $d (f64.const 1e300)))");
      assertThat((int) call(instance, "i")).isEqualTo(-1);
      assertThat(call(instance, "j")).isEqualTo(-2);
      assertThat(Float.intBitsToFloat((int) call(instance, "f"))).isEqualTo(1.5f);
      assertThat(Double.longBitsToDouble(call(instance, "d"))).isEqualTo(-2.5);
      assertThat(call(instance, "none")).isEqualTo(1);
      call(instance, "set");
      assertThat(call(instance, "i")).isEqualTo(Integer.MAX_VALUE);
      assertThat(call(instance, "j")).isEqualTo(1L << 62);
      assertThat(Float.intBitsToFloat((int) call(instance, "f"))).isEqualTo(-0.25f);
      assertThat(Double.longBitsToDouble(call(instance, "d"))).isEqualTo(1e300);
      assertThat(call(instance, "copy")).isEqualTo(77);
      assertThat(call(instance, "none")).isZero();
    }
  }

  @Test
  void instancesShareNothing() {
    byte[] module =
        Wat.assemble(
            COUNTER
                + """
                (memory 3) (data (i32.const 9) "x") (global $g (mut i32) (i32.const 1))
                (func (export "add") (param i32 i32) (result i32)
                  (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1)))
                  (global.set $g (i32.add (global.get $g) (i32.const 1)))
                  (i32.add (global.get $g) (i32.load (local.get 0))))
                """);
    WasmEngine.Compiled compiled =
        new ChicoryEngine(WasmLimits.DEFAULTS)
            .compile(module, ModuleReader.read(module, WasmLimits.DEFAULTS));
    for (int round = 0; round < 3; round++) {
      WasmEngine.Instance one = compiled.instantiate(List.of(), 10, () -> {});
      WasmEngine.Instance other = compiled.instantiate(List.of(), 10, () -> {});
      one.fuelLeft(round);
      assertThat(call(one, "add", 150_000, 40)).isEqualTo(42);
      assertThat(call(one, "add", 150_000, 40)).isEqualTo(83);
      assertThat(call(other, "add", 150_000, 5)).isEqualTo(7);
      assertThat(other.fuelLeft()).isEqualTo(7);
      one.release(); // the next one gets its array
      other.release();
    }
  }

  @Test
  void everyLoadAndStoreEndsAtTheLimit() {
    record Access(String name, String type, int bytes) {}
    List<Access> accesses = new ArrayList<>();
    for (String type : List.of("i32", "i64", "f32", "f64")) {
      int bytes = type.endsWith("32") ? 4 : 8;
      accesses.add(new Access(type + ".store", type, bytes));
      accesses.add(new Access(type + ".load", type, bytes));
      if (type.startsWith("i")) {
        for (int width : new int[] {1, 2}) {
          accesses.add(new Access(type + ".store" + width * 8, type, width));
          accesses.add(new Access(type + ".load" + width * 8 + "_u", type, width));
          accesses.add(new Access(type + ".load" + width * 8 + "_s", type, width));
        }
      }
    }
    for (String form : List.of("grows", "exact", "interpreted")) {
      String filler = form.equals("interpreted") ? LONG : "";
      StringBuilder text = new StringBuilder("(memory 1 40)");
      if (!form.equals("exact")) {
        text.append("(func (export \"grow\") (param i32) (drop (memory.grow (local.get 0))))");
      }
      for (Access access : accesses) {
        text.append("(func (export \"").append(access.name).append("\") (param i32) ");
        text.append(filler);
        text.append(
            access.name.contains("load")
                ? "(drop (" + access.name + " (local.get 0))))"
                : "(" + access.name + " (local.get 0) (" + access.type + ".const 1)))");
        text.append("(func (export \"far ").append(access.name).append("\") (param i32) ");
        text.append(
            access.name.contains("load")
                ? "(drop (" + access.name + " offset=1000 (local.get 0))))"
                : "(" + access.name + " offset=1000 (local.get 0) (" + access.type + ".const 1)))");
        if (!filler.isEmpty()) {
          break; // one is enough for the interpreter, which has no code of its own here
        }
      }
      WasmEngine.Instance instance = instance(text.toString());
      long size = 65_536;
      // 17 pages leave room behind the limit, and 18 use it
      for (int by : form.equals("exact") ? new int[] {0} : new int[] {0, 16, 1}) {
        if (by > 0) {
          call(instance, "grow", by);
        }
        size += by * 65_536L;
        for (Access access : filler.isEmpty() ? accesses : accesses.subList(0, 1)) {
          long last = size - access.bytes;
          call(instance, access.name, last);
          call(instance, "far " + access.name, last - 1_000);
          for (long beyond : new long[] {last + 1, size, size + 40_000, 1L << 31, 0xffff_fffcL}) {
            assertTraps(instance, access.name, (int) beyond);
            assertTraps(instance, "far " + access.name, (int) (beyond - 1_000));
          }
          assertTraps(instance, "far " + access.name, Integer.MAX_VALUE);
          assertTraps(instance, "far " + access.name, -1);
        }
      }
    }
  }

  private static void assertTraps(WasmEngine.Instance instance, String name, int address) {
    assertThatThrownBy(() -> call(instance, name, address))
        .as(name + " " + address)
        .isInstanceOfSatisfying(
            GuestEnd.Trap.class,
            trap -> assertThat(trap.reason).isEqualTo("out of bounds memory access"));
  }

  @Test
  void aMemoryWithoutPagesTraps() {
    WasmEngine.Instance instance =
        instance(
            """
            (memory 0 2)
            (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
            (func (export "grown") (param i32) (result i64)
              (drop (memory.grow (i32.const 1))) (i64.load (local.get 0)))
            """);
    assertTraps(instance, "load", 0);
    assertThat(call(instance, "grown", 65_528)).isZero();
    assertThat(call(instance, "load", 65_528)).isZero();
    assertTraps(instance, "load", 65_529);
  }

  @Test
  void whoCalledSeesTheMemoryThatWasGrownBelow() {
    WasmEngine.Instance instance =
        instance(
            """
            (memory 1 400) (table 1 1 funcref) (elem (i32.const 0) $grow)
            (func $grow (result i32)
              (drop (memory.grow (i32.const 60)))
              (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
              (i32.const 8))
            (func (export "direct") (result i32)
              (i32.store (i32.const 8) (i32.const 40)) (i32.load (call $grow)))
            (func (export "indirect") (result i32)
              (i32.store (i32.const 8) (i32.const 50))
              (i32.load (call_indirect (result i32) (i32.const 0))))
            """);
    assertThat(call(instance, "direct")).isEqualTo(41);
    assertThat(call(instance, "indirect")).isEqualTo(51);
    assertThat(instance.memoryBytes()).isEqualTo(121 * 65_536L);
  }

  @Test
  void memoryGrownByPagesIsZeroAndKeepsItsContent() {
    WasmEngine.Instance instance =
        instance(
            """
            (memory 1)
            (func (export "page") (param i32) (result i64) (local i32)
              (if (result i64) (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))
                (then
                  (local.set 1 (i32.shl (local.get 0) (i32.const 16)))
                  (i64.store (local.get 1) (i64.extend_i32_u (local.get 0)))
                  (i64.add
                    (i64.load offset=8 (local.get 1))
                    (i64.load (i32.shr_u (local.get 1) (i32.const 1)))))
                (else (i64.const -1))))
            """,
            600);
    for (int page = 1; page < 600; page++) {
      long half = call(instance, "page", page);
      assertThat(half).as("page " + page).isEqualTo(page % 2 == 0 ? page / 2 : 0);
    }
    assertThat(call(instance, "page", 600)).isEqualTo(-1);
  }

  @Test
  void bulkOperationsEndAtTheLimit() {
    WasmEngine.Instance instance =
        instance(
            """
            (memory 2 9)
            (func (export "fill") (param i32 i32 i32)
              (memory.fill (local.get 0) (local.get 1) (local.get 2)))
            (func (export "copy") (param i32 i32 i32)
              (memory.copy (local.get 0) (local.get 1) (local.get 2)))
            (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
            (func (export "grow") (drop (memory.grow (i32.const 1))))
            """);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] model = new byte[9 * 65_536];
    int size = 2 * 65_536;
    for (int i = 0; i < 2_000; i++) {
      int to = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(size + 2);
      int from = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(size + 2);
      int count = random.nextInt(random.nextBoolean() ? 20 : size);
      boolean fits = Integer.toUnsignedLong(to) + count <= size;
      boolean copies = random.nextBoolean();
      boolean traps = !fits || (copies && Integer.toUnsignedLong(from) + count > size);
      String name = copies ? "copy" : "fill";
      if (traps) {
        assertThatThrownBy(() -> call(instance, name, to, from, count))
            .as("seed " + seed)
            .isInstanceOf(GuestEnd.Trap.class);
      } else {
        call(instance, name, to, from, count);
        if (copies) {
          System.arraycopy(model, from, model, to, count);
        } else {
          java.util.Arrays.fill(model, to, to + count, (byte) from);
        }
      }
      int probe = random.nextInt(size);
      assertThat((byte) call(instance, "load", probe)).as("seed " + seed).isEqualTo(model[probe]);
      if (i % 400 == 399) {
        call(instance, "grow");
        size += 65_536;
      }
    }
  }

  @Test
  void noCompiledFunctionAsksTheRuntimeForMemoryOrGlobals() {
    byte[] module =
        Wat.assemble(
            COUNTER
                + """
                (memory 1) (global $g (mut f64) (f64.const 1))
                (func $f (export "f") (param i32) (result f64)
                  (global.set $fuel (i64.sub (global.get $fuel) (i64.load (local.get 0))))
                  (global.set $g (f64.load (local.get 0)))
                  (f64.store (local.get 0) (global.get $g))
                  (global.get $g))
                """);
    List<String> calls = new ArrayList<>();
    CompiledCode.of(Parser.parse(module))
        .classes()
        .forEach(
            (name, bytes) -> {
              if (!name.endsWith("Shaded")) {
                calls.addAll(calls(bytes));
              }
            });
    assertThat(calls)
        .contains("StateCalls.readLong(IIB)", "StateCalls.of(Instance)")
        .noneMatch(
            call ->
                call.matches(".*Shaded\\.(memory(Read|Write)|(read|write)Global).*")
                    || call.equals("Instance.memory()"));
  }

  /** Such as {@code Class.method(IBMemory)}; an array of bytes is a B. */
  private static List<String> calls(byte[] code) {
    List<String> calls = new ArrayList<>();
    new ClassReader(code)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitMethodInsn(
                      int opcode, String owner, String method, String type, boolean isInterface) {
                    String parameters =
                        type.substring(0, type.indexOf(')') + 1)
                            .replaceAll("L[^;]*/([^;/]*);", "$1")
                            .replace("[", "");
                    calls.add(
                        owner.substring(owner.lastIndexOf('/') + 1) + "." + method + parameters);
                  }
                };
              }
            },
            0);
    return calls;
  }
}
