package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left out of metered modules when they are compiled must not be missed. */
class MeteredCodeTest {
  private static byte[] metered(String text) {
    return MeteredModule.of(Wat.assemble(text), CostTable.CURRENT).bytes();
  }

  private static WasmEngine.Instance instance(byte[] module) {
    WasmEngine.Instance instance =
        new ChicoryEngine(WasmLimits.DEFAULTS)
            .compile(module, ModuleReader.read(module, WasmLimits.DEFAULTS))
            .instantiate(List.of(), 16, () -> {});
    instance.fuelLeft(Long.MAX_VALUE);
    return instance;
  }

  /** Whether the classes name a method. */
  private static boolean names(byte[] module, String method) {
    return CompiledCode.of(Parser.parse(module)).classes().entrySet().stream()
        .filter(each -> each.getKey().contains("FuncGroup"))
        .anyMatch(
            each -> new String(each.getValue(), StandardCharsets.ISO_8859_1).contains(method));
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void everyKindOfLoopHearsAnInterrupt() throws Exception {
    for (String loop :
        List.of(
            "(loop (br 0))",
            "(loop (br_if 0 (i32.const 1)))",
            "(loop (loop (br_if 1 (i32.const 1))))",
            "(loop (br_table 0 0 (i32.const 5)))",
            "(loop $l (block (br_table 0 $l (i32.const 1))))",
            "(loop (if (i32.const 1) (then (br 1))))",
            "(loop $l (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))"
                + "(br_if $l (i32.ne (i32.load (i32.const 0)) (i32.const -1))) (br $l))",
            "(loop (br_if 0 (i32.const 1)) (call $nothing))",
            "(call $fib (i32.const 200))")) {
      byte[] module =
          metered(
              "(memory 1) (func (export \"f\") "
                  + loop
                  + ") (func $nothing) (func $fib (param i32)"
                  + "(if (i32.lt_s (local.get 0) (i32.const 2)) (then (return)))"
                  + "(call $fib (i32.sub (local.get 0) (i32.const 1)))"
                  + "(call $fib (i32.sub (local.get 0) (i32.const 2))))");
      WasmEngine.Instance instance = instance(module);
      Thread guest = Thread.currentThread();
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (instance.fuelLeft() == Long.MAX_VALUE) {
                      LockSupport.parkNanos(1_000); // until it runs
                    }
                    guest.interrupt();
                  });
      assertThatThrownBy(() -> instance.call("f", new long[0]))
          .as(loop)
          .isInstanceOf(GuestEnd.Stop.class);
      other.join();
      assertThat(Thread.interrupted()).as(loop).isTrue();
    }
  }

  @Test
  void nansAreMadeCanonicalWithoutACall() {
    byte[] module =
        metered(
            """
            (memory 1)
            (func (export "wide") (param f64 f64) (result i64)
              (f64.store (i32.const 0) (f64.add (local.get 0) (local.get 1)))
              (i64.load (i32.const 0)))
            (func (export "narrow") (param f32 f32) (result i32)
              (f32.store (i32.const 0) (f32.add (local.get 0) (local.get 1)))
              (i32.load (i32.const 0)))
            """);
    assertThat(names(module, "F64_GE")).isFalse();
    assertThat(names(module, "F32_GE")).isFalse();
    WasmEngine.Instance instance = instance(module);
    for (double value : new double[] {0, -0.0, 1.5, -1e308, Double.MIN_VALUE, 1.0 / 0, -1.0 / 0}) {
      long bits = Double.doubleToRawLongBits(value);
      assertThat(instance.call("wide", new long[] {bits, bits})[0])
          .isEqualTo(Double.doubleToRawLongBits(value + value));
      int narrow = Float.floatToRawIntBits((float) value);
      assertThat((int) instance.call("narrow", new long[] {narrow, narrow})[0])
          .isEqualTo(Float.floatToRawIntBits((float) value + (float) value));
    }
    for (long nan :
        new long[] {0x7ff8_0000_0000_0001L, 0xfff8_0000_0000_0000L, -1, 0x7ff1L << 48}) {
      assertThat(instance.call("wide", new long[] {nan, 0})[0]).isEqualTo(0x7ff8L << 48);
    }
    for (int nan : new int[] {0x7fc0_0001, 0xffc0_0000, -1, 0x7fa0_0000}) {
      assertThat((int) instance.call("narrow", new long[] {nan, 0})[0]).isEqualTo(0x7fc0_0000);
    }
  }

  @Test
  void aSelectOfTheGuestsOwnStaysWhatItIs() {
    byte[] module =
        metered(
            """
            (memory 1)
            (func (export "f") (param f64 f64) (result i64)
              (f64.store (i32.const 0)
                (select (local.get 0) (local.get 1) (f64.eq (local.get 0) (local.get 0))))
              (i64.load (i32.const 0)))
            """);
    long one = Double.doubleToRawLongBits(1);
    assertThat(instance(module).call("f", new long[] {0x7ff8L << 48, one})[0]).isEqualTo(one);
    assertThat(instance(module).call("f", new long[] {one, 0})[0]).isEqualTo(one);
  }
}
