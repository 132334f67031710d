package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A comparison answers a jump as it answers a variable, and as the interpreter says. */
class ComparisonsTest {
  private static final List<String> OF_INTEGERS =
      List.of("eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u");
  private static final List<String> OF_FLOATS = List.of("eq", "ne", "lt", "gt", "le", "ge");

  private static final List<String> USES = List.of("-as-it-is", "-if", "-br-if", "-not", "-select");

  private static final double[] NUMBERS = {
    0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-40
  };
  private static final long[] INTEGERS = {
    0, 1, -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32
  };

  @ParameterizedTest
  @ValueSource(strings = {"i32", "i64", "f32", "f64"})
  void ofJumpsAreThoseOfVariables(String type) {
    boolean floats = type.startsWith("f");
    List<String> relations = floats ? OF_FLOATS : OF_INTEGERS;
    StringBuilder functions = new StringBuilder();
    for (String relation : relations) {
      String compare = "(" + type + "." + relation + " (local.get 0) (local.get 1))";
      functions.append(function(relation, type + " " + type, compare));
    }
    if (!floats) {
      functions.append(function("eqz", type + " " + type, "(" + type + ".eqz (local.get 0))"));
    }
    byte[] module = MeteredModule.of(Wat.assemble(functions.toString()), CostTable.CURRENT).bytes();
    WasmEngine.Instance compiled = instance(module, WasmMode.COMPILED);
    WasmEngine.Instance interpreted = instance(module, WasmMode.INTERPRETED);
    List<Long> bits = bits(type);
    for (String relation :
        floats ? relations : Stream.concat(relations.stream(), Stream.of("eqz")).toList()) {
      for (long left : bits) {
        for (long right : bits) {
          long[] arguments = {left, right};
          long expected = interpreted.call(relation + "-as-it-is", arguments)[0];
          for (String use : USES) {
            String what = type + "." + relation + use + " " + left + " " + right;
            assertThat(compiled.call(relation + use, arguments)[0]).as(what).isEqualTo(expected);
            assertThat(interpreted.call(relation + use, arguments)[0]).as(what).isEqualTo(expected);
          }
        }
      }
    }
    assertThat(calls(module)).as("functions with calls: of five uses the first").isNotEmpty();
    assertThat(calls(module)).allMatch(function -> function % USES.size() == 0);
  }

  /** The functions that call something of the runtime. */
  private static Set<Integer> calls(byte[] module) {
    Set<Integer> calling = new TreeSet<>();
    CompiledCode.of(Parser.parse(module))
        .classes()
        .forEach((name, code) -> new ClassReader(code).accept(new Calls(calling), 0));
    return calling;
  }

  private static final class Calls extends ClassVisitor {
    private final Set<Integer> calling;

    Calls(Set<Integer> calling) {
      super(Opcodes.ASM9);
      this.calling = calling;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String function,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      if (!function.startsWith("func_")) {
        return null;
      }
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String name, String descriptor, boolean isInterface) {
          if (owner.endsWith("OpcodeImpl") || name.equals("i32_ge_u")) {
            calling.add(Integer.parseInt(function.substring("func_".length())));
          }
        }
      };
    }
  }

  private static WasmEngine.Instance instance(byte[] module, WasmMode mode) {
    WasmEngine.Instance instance =
        new ChicoryEngine(WasmLimits.DEFAULTS, mode)
            .compile(module, ModuleReader.read(module, WasmLimits.DEFAULTS))
            .instantiate(List.of(), 16, () -> {});
    instance.fuelLeft(Long.MAX_VALUE);
    return instance;
  }

  private static String function(String name, String parameters, String compare) {
    String head = "(func (export \"" + name + "-%s\") (param " + parameters + ") (result i32) ";
    return head.formatted("as-it-is")
        + compare
        + ")"
        + head.formatted("if")
        + "(if (result i32) "
        + compare
        + " (then (i32.const 1)) (else (i32.const 0))))"
        + head.formatted("br-if")
        + "(block (br_if 0 "
        + compare
        + ") (return (i32.const 0))) (i32.const 1))"
        + head.formatted("not")
        + "(if (result i32) (i32.eqz "
        + compare
        + ") (then (i32.const 0)) (else (i32.const 1))))"
        + head.formatted("select")
        + "(select (i32.const 1) (i32.const 0) "
        + compare
        + "))";
  }

  private static List<Long> bits(String type) {
    LongFunction<Long> narrowed = value -> type.equals("i32") ? value & 0xffff_ffffL : value;
    DoubleFunction<Long> raw =
        value ->
            type.equals("f32")
                ? Float.floatToRawIntBits((float) value) & 0xffff_ffffL
                : Double.doubleToRawLongBits(value);
    return type.startsWith("f")
        ? DoubleStream.of(NUMBERS).mapToObj(raw).toList()
        : LongStream.of(INTEGERS).mapToObj(narrowed).toList();
  }
}
