package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.code.LoadedCode;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the engine does wrong it does not do with metered modules. Each fault is shown without the
 * meter; where one is not there any more, the meter need not help any longer.
 */
class EngineFaultsTest {
  private static final String TRAP = "trap";
  private static final String BROKEN = "cannot be compiled";

  /**
   * A fault.
   *
   * @param body of a function without parameters that gives an i32; there is a memory of one page
   * @param right what the standard says
   * @param interpreted what the interpreter does without the meter
   * @param compiled what the compiler does without the meter
   */
  record Fault(String body, String right, String interpreted, String compiled) {}

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(
            """
            (if (result i32) (i32.mul (i32.const 0x10000) (i32.const 0x10000))
              (then (i32.const 1)) (else (i32.const 2)))
            """,
            "2",
            "1",
            "2"),
        new Fault(
            """
            (i32.store8 offset=2 (i32.const -1) (i32.const 5))
            (i32.load8_u (i32.const 1))
            """,
            TRAP,
            "5",
            TRAP),
        new Fault(
            """
            (i64.store8 offset=2 (i32.const -1) (i64.const 0x100000105))
            (i32.load8_u (i32.const 1))
            """,
            TRAP,
            "5",
            TRAP),
        new Fault(
            """
            (i64.store32 offset=4 (i32.const -2) (i64.const 0x500000007))
            (i32.load (i32.const 2))
            """,
            TRAP,
            "7",
            TRAP),
        new Fault(
            """
            (i32.reinterpret_f32 (f32.convert_i64_u (i64.const -242818158071275)))
            """,
            "1602223907",
            "1602223908",
            "1602223908"),
        new Fault(
            """
            (i32.wrap_i64 (i64.reinterpret_f64 (f64.convert_i64_u
              (i64.const -9036401650328609792))))
            """,
            "309202204",
            "309202203",
            "309202203"),
        new Fault(
            """
            (br_if 0 (i32.const 3) (i32.const 1))
            (if (result i32) (then (i32.const 4)) (else (i32.const 5)))
            """,
            "3",
            "3",
            BROKEN));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void areNotThoseOfMeteredModules(Fault fault) {
    byte[] bare = Wat.assemble("(memory 1) (func (export \"f\") (result i32) " + fault.body + ")");
    assertThat(interpreted(Parser.parse(bare))).isEqualTo(fault.interpreted);
    assertThat(compiled(Parser.parse(bare))).isEqualTo(fault.compiled);
    WasmModule metered = Parser.parse(MeteredModule.of(bare, CostTable.CURRENT).bytes());
    assertThat(interpreted(metered)).isEqualTo(fault.right);
    assertThat(compiled(metered)).isEqualTo(fault.right);
  }

  /**
   * What the meter writes for an instruction may end with a block where the module's own does not.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(f32.convert_i64_u (i64.const 4))",
        "(f32.add (f32.const 1) (f32.const 3))",
        "(call $deep (i32.const 4))",
        "(drop (call $deep (i32.const 4))) (f32.convert_i64_u (i64.const 4))",
        "(drop (call $deep (i32.const 4))) (f32.add (f32.const 1) (f32.const 3))"
      })
  void aBranchMayLeadToTheEndBehindWhatTheMeterWrites(String last) {
    byte[] bare =
        Wat.assemble(
            """
            (memory 1)
            (func $deep (param i32) (result f32)
              (if (local.get 0)
                (then (drop (call $deep (i32.sub (local.get 0) (i32.const 1))))))
              (f32.const 4))
            (func $g (param i32) (result f32)
              (drop (br_if 0 (f32.const 3) (local.get 0)))
              LAST)
            (func (export "f") (result i32)
              (i32.sub
                (i32.reinterpret_f32 (call $g (i32.const 1)))
                (i32.reinterpret_f32 (call $g (i32.const 0)))))
            """
                .replace("LAST", last));
    WasmModule metered = Parser.parse(MeteredModule.of(bare, CostTable.CURRENT).bytes());
    String right = String.valueOf(Float.floatToIntBits(3) - Float.floatToIntBits(4));
    assertThat(interpreted(metered)).isEqualTo(right);
    assertThat(compiled(metered)).isEqualTo(right);
  }

  private static String interpreted(WasmModule module) {
    return call(
        Instance.builder(module)
            .withMachineFactory(InterpreterMachine::new)
            .withMemoryFactory(ByteArrayMemory::new)
            .build());
  }

  private static String compiled(WasmModule module) {
    try {
      LoadedCode code = new LoadedCode(module, CompiledCode.of(module));
      var state =
          code.state(
              module.memorySection().orElseThrow().getMemory(0).limits(),
              new io.edgebeat.exec.wasm.code.ZeroedArrays(0));
      return call(
          Instance.builder(module)
              .withMachineFactory(code::machine)
              .withMemoryFactory(limits -> state)
              .withGlobalFactory(code.new Globals(state)::create)
              .build());
    } catch (NullPointerException e) {
      return BROKEN;
    }
  }

  private static String call(Instance instance) {
    try {
      instance.exports().global(MeteredModule.FUEL).setValue(1L << 40);
    } catch (ChicoryException e) {
      // it has no meter
    }
    try {
      return String.valueOf((int) instance.export("f").apply()[0]);
    } catch (ChicoryException e) {
      return TRAP;
    }
  }
}
