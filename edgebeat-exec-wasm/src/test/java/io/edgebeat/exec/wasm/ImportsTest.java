package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.TaskOutcome;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a module may import follows from its memory; the rest is refused, and says what to do. */
class ImportsTest {
  private static final String NARROW = "(param i32 i32 i32 i32) (result i32)";
  private static final String WIDE = "(param i32 i64 i64 i64) (result i32)";
  private static final String START = "(func (export \"_start\"))";

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  private static String write(String type) {
    return imported("wasi_snapshot_preview1", "fd_write", type);
  }

  private static String imported(String module, String name, String type) {
    return "(import \"" + module + "\" \"" + name + "\" (func " + type + "))";
  }

  /** Refused by the executor, and by the inspector with the same words. */
  private EdgeBeatException refused(String module) {
    EdgeBeatException refused =
        catchThrowableOfType(EdgeBeatException.class, () -> bench.wat(module + START).prepare());
    assertThat(refused).as(module).isNotNull();
    assertThat(WasmInspector.inspect(Wat.assemble(module + START), WasmLimits.DEFAULTS).refusal())
        .contains(refused.code() + ": " + refused.getMessage());
    return refused;
  }

  private void refused(String module, String... words) {
    EdgeBeatException refused = refused(module);
    assertThat(refused.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED);
    assertThat(refused.getMessage()).contains(words);
  }

  @Test
  void theTypeFollowsFromTheAddressesOfTheMemory() {
    bench.wat(write(NARROW) + "(memory 1)" + START).prepare();
    bench.wat(write(WIDE) + "(memory i64 1)" + START).prepare();
    bench.wat(write(NARROW) + "(table i64 1 funcref) (memory 1)" + START).prepare();
  }

  @Test
  void typesForOtherAddressesAreRefusedWithBoth() {
    refused(
        write(NARROW) + "(memory i64 1)",
        "wasi_snapshot_preview1.fd_write",
        "as (i32, i32, i32, i32) -> (i32)",
        "with 64-bit addresses, as this one, it is (i32, i64, i64, i64) -> (i32)",
        "build all of it for addresses of one length");
    refused(
        write(WIDE) + "(memory 1)",
        "as (i32, i64, i64, i64) -> (i32)",
        "with 32-bit addresses, as this one, it is (i32, i32, i32, i32) -> (i32)");
    refused(
        write(WIDE)
            + imported("wasi_snapshot_preview1", "random_get", "(param i32 i32) (result i32)")
            + imported("wasi_snapshot_preview1", "fd_tell", "(param i32 i32) (result i32)")
            + imported("wasi_snapshot_preview1", "fd_close", "(param i32) (result i32)")
            + "(memory i64 1)",
        "wasi_snapshot_preview1.random_get as (i32, i32) -> (i32)",
        "it is (i64, i64) -> (i32)",
        "1 more of its imports are not here");
  }

  @ParameterizedTest
  @CsvSource({
    "(param i32 i64 i32 i64) (result i32), i64",
    "(param i64 i64 i64 i64) (result i32), i64",
    "(param i32 i64 i64) (result i32), i64",
    "(param i32 i64 i64 i64), i64",
    "(param i32 i64 i64 i64) (result i64), i64",
    "(param i32 i64 i64 f64) (result i32), i64",
    "(param i32 i32 i64 i32) (result i32), ''",
    "'', ''",
  })
  void typesThatFitNoAddressesAreRefused(String type, String memory) {
    String right =
        memory.isEmpty()
            ? "32-bit addresses it is (i32, i32,"
            : "64-bit addresses it is (i32, i64,";
    refused(
        write(type) + "(memory " + memory + " 1)", "wasi_snapshot_preview1.fd_write as (", right);
  }

  @ParameterizedTest
  @CsvSource({
    "invoke_vii, -fwasm-exceptions",
    "__cxa_throw, -sSUPPORT_LONGJMP=wasm",
    "_emscripten_throw_longjmp, -sSUPPORT_LONGJMP=wasm",
    "setTempRet0, -fwasm-exceptions",
    "emscripten_resize_heap, -sSTANDALONE_WASM",
    "_emscripten_memcpy_js, -sSTANDALONE_WASM",
    "__syscall_openat, -sSTANDALONE_WASM",
    "_abort_js, -sSTANDALONE_WASM",
    "printf, the linker did not find",
  })
  void whatIsNotHereIsRefusedWithWhatToDo(String name, String advice) {
    for (String memory : new String[] {"(memory 1)", "(memory i64 1)"}) {
      refused(imported("env", name, "") + memory, "imports env." + name + ", ", advice);
    }
  }

  @Test
  void otherModulesAreRefused() {
    refused(
        imported("wasi_unstable", "fd_write", WIDE) + "(memory i64 1)", "build for WASI preview 1");
    refused(imported("wasi:io/streams@0.2.0", "write", "") + "(memory i64 1)", "WASI preview 1");
    assertThat(refused(write(NARROW)).code()).isEqualTo(ErrorCode.BAD_WORKLOAD);
  }

  static Stream<String> names() {
    return Stream.of(HostFunctions.names())
        .flatMap(
            all -> {
              Stream.Builder<String> names = Stream.builder();
              all.forEach(names::add);
              return names.build();
            });
  }

  /** Whatever numbers it is given, it answers or ends the guest. */
  @ParameterizedTest
  @MethodSource("names")
  void everyFunctionCanBeImportedWith64BitAddresses(String full) throws Exception {
    int dot = full.indexOf('.');
    FunctionShape shape =
        HostFunctions.find(full.substring(0, dot), full.substring(dot + 1)).shape(Word.BITS_64);
    String result = shape.results().isEmpty() ? "" : " (result i32)";
    for (String value : new String[] {"0", "3", "-1", "65528", "4294967296", "-4294967296"}) {
      StringBuilder program = new StringBuilder("(import \"");
      program.append(full.replace(".", "\" \"")).append("\" (func $f (param");
      shape.parameters().forEach(type -> program.append(' ').append(type));
      program.append(")").append(result).append("))");
      program.append("(memory i64 1) (func (export \"f\") (result i32) (call $f");
      shape
          .parameters()
          .forEach(
              type ->
                  program
                      .append(" (" + type + ".const ")
                      .append(type == ValueType.I32 ? (int) Long.parseLong(value) : value)
                      .append(")"));
      program.append(")").append(result.isEmpty() ? "(i32.const 0)" : "").append(")");
      TaskOutcome outcome = bench.wat(program.toString()).call("f").run();
      if (full.endsWith("proc_exit")) {
        assertThat(outcome.output()).as(full).isPresent();
      } else {
        assertThat(outcome).as(full + " " + value).isInstanceOf(TaskOutcome.Completed.class);
      }
    }
  }

  @Test
  void theInspectorTells() {
    String text =
        WasmInspector.inspect(
                Wat.assemble(
                    write(WIDE)
                        + imported("env", "invoke_v", "(param i64)")
                        + "(memory i64 1)"
                        + START),
                WasmLimits.DEFAULTS)
            .text();
    assertThat(text)
        .contains("addresses: 64 bits, also those given to imports\n")
        .contains("  wasi_snapshot_preview1.fd_write (i32, i64, i64, i64) -> (i32)\n")
        .contains("  env.invoke_v (i64) -> ()  NOT HERE\n    env.invoke_v, which does not exist")
        .contains("-fwasm-exceptions");
    assertThat(WasmInspector.inspect(Wat.assemble("(memory 1)"), WasmLimits.DEFAULTS).addressBits())
        .isEqualTo(32);
  }
}
