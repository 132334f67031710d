package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WasmExecutorTest {
  /** Imports and helpers of the programs below; {@code $write} writes a range to a descriptor. */
  static final String WASI =
      """
      (import "wasi_snapshot_preview1" "fd_read"
        (func $fd_read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
      (import "edgebeat" "stream_open" (func $stream_open (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func $write (param $fd i32) (param $at i32) (param $size i32)
        (i32.store (i32.const 16) (local.get $at))
        (i32.store (i32.const 20) (local.get $size))
        (drop (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24))))
      (func $read (param $fd i32) (param $at i32) (param $size i32) (result i32)
        (i32.store (i32.const 16) (local.get $at))
        (i32.store (i32.const 20) (local.get $size))
        (if (call $fd_read (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24))
          (then unreachable))
        (i32.load (i32.const 24)))
      """;

  static final String ECHO =
      WASI
          + """
          (func (export "_start") (local $n i32)
            (loop $next
              (local.set $n (call $read (i32.const 0) (i32.const 1000) (i32.const 7)))
              (if (local.get $n)
                (then
                  (call $write (i32.const 1) (i32.const 1000) (local.get $n))
                  (br $next)))))
          """;

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
    assertThat(bench.executor.leftBehind()).as("guests left behind").isZero();
  }

  @Test
  void saysWhatItIs() {
    assertThat(bench.executor.info().workloadTypes()).containsExactly("wasm");
    assertThat(bench.executor.info().lease()).isTrue();
    assertThat(bench.executor.info().selfTest()).isEqualTo("ok");
    assertThat(bench.executor.info().isolation()).contains("in-process");
  }

  @Test
  void echoesInputToOutput() throws Exception {
    Execution execution = bench.wat(ECHO).input("twenty-five degrees").start();
    TaskOutcome outcome = execution.await();
    assertThat(outcome)
        .isEqualTo(
            new TaskOutcome.Completed(ContentId.ofRaw("twenty-five degrees".getBytes(UTF_8))));
    Usage usage = execution.usage();
    assertThat(usage.bytesIn()).isEqualTo(19);
    assertThat(usage.bytesOut()).isEqualTo(19);
    assertThat(usage.fuel()).isBetween(5_000L, 100_000L);
    assertThat(usage.cpuNanos()).isPositive();
    assertThat(execution.usage()).isEqualTo(usage);
    assertThat(execution.await()).isSameAs(outcome);
    assertThat(bench.executor.running()).isEmpty();
  }

  @Test
  void startsWithoutInput() throws Exception {
    assertThat(bench.wat(ECHO).output()).isEmpty();
  }

  @Test
  void reportsTheExitCodeWithTheOutput() throws Exception {
    String program =
        WASI
            + """
            (data (i32.const 100) "so far")
            (func (export "_start")
              (call $write (i32.const 1) (i32.const 100) (i32.const 6))
              (call $proc_exit (i32.const %d)))
            """;
    assertThat(bench.wat(program.formatted(3)).run())
        .isEqualTo(new TaskOutcome.Exited(3, ContentId.ofRaw("so far".getBytes(UTF_8))));
    assertThat(bench.wat(program.formatted(0)).run())
        .isEqualTo(new TaskOutcome.Completed(ContentId.ofRaw("so far".getBytes(UTF_8))));
  }

  @Test
  void callsAnExportWithArguments() throws Exception {
    String program =
        """
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "long") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 3)))
        (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2)))
        (func (export "single") (param f32) (result f32) (f32.add (local.get 0) (local.get 0)))
        (func (export "pair") (result i32 f64) (i32.const 7) (f64.const 0.1))
        (func (export "nothing"))
        """;
    assertThat(bench.wat(program).call("add", "2", "40").output()).isEqualTo("42\n");
    assertThat(bench.wat(program).call("add", "4294967295", "0").output()).isEqualTo("-1\n");
    assertThat(bench.wat(program).call("long", "-3000000000").output()).isEqualTo("-9000000000\n");
    assertThat(bench.wat(program).call("half", "0.2").output()).isEqualTo("0.1\n");
    assertThat(bench.wat(program).call("half", "-inf").output()).isEqualTo("-inf\n");
    assertThat(bench.wat(program).call("single", "1.5e1").output()).isEqualTo("30.0\n");
    assertThat(bench.wat(program).call("pair").output()).isEqualTo("7\n0.1\n");
    assertThat(bench.wat(program).call("nothing").output()).isEmpty();

    assertBadWorkload(bench.wat(program).call("add", "2"), "takes 2 arguments, found 1");
    assertBadWorkload(
        bench.wat(program).call("add", "2", "x"), "argument 1 of add is no i32: \"x\"");
    assertBadWorkload(bench.wat(program).call("add", "2", "4294967296"), "4294967296");
    assertBadWorkload(bench.wat(program).call("half", "0x1p3"), "is no f64");
    assertBadWorkload(bench.wat(program).call("half", "NaN"), "is no f64");
    assertBadWorkload(bench.wat(program).call("gone"), "exports no function \"gone\"");
    assertBadWorkload(bench.wat(program), "exports no function \"_start\"");
  }

  @Test
  void writesEveryNanAlike() throws Exception {
    String program =
        """
        (func (export "f") (param i64) (result f64) (f64.reinterpret_i64 (local.get 0)))
        (func (export "g") (param f32) (result f32) (f32.div (local.get 0) (local.get 0)))
        """;
    for (String bits :
        List.of("0x7ff8000000000000", "0x7ff0000000000001", "-1", "-2251799813685247")) {
      String number = Long.toString(Long.decode(bits));
      assertThat(bench.wat(program).call("f", number).output()).as(bits).isEqualTo("nan\n");
    }
    assertThat(bench.wat(program).call("g", "0").output()).isEqualTo("nan\n");
    assertThat(bench.wat(program).call("f", Long.toString(Long.MIN_VALUE)).output())
        .isEqualTo("-0.0\n");
  }

  @Test
  void initializesAReactorBeforeItsFunction() throws Exception {
    String program =
        """
        (global $g (mut i32) (i32.const 1))
        (func (export "_initialize") (global.set $g (i32.const 5)))
        (func (export "get") (result i32) (global.get $g))
        """;
    assertThat(bench.wat(program).call("get").output()).isEqualTo("5\n");
  }

  @Test
  void everyExecutionIsFresh() throws Exception {
    String program =
        """
        (memory 1 2) (table 1 10 funcref) (global $g (mut i32) (i32.const 0))
        (func (export "f") (result i32 i32 i32 i32)
          (global.set $g (i32.add (global.get $g) (i32.const 1)))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
          (drop (memory.grow (i32.const 1)))
          (drop (table.grow (ref.null_func) (i32.const 3)))
          (global.get $g) (i32.load (i32.const 0)) (memory.size) (table.size))
        """;
    for (int i = 0; i < 5; i++) {
      assertThat(bench.wat(program).call("f").output()).isEqualTo("1\n1\n2\n4\n");
    }
  }

  @Test
  void hasNoClockAndNoRandomBytesUnlessGranted() throws Exception {
    String program =
        """
        (import "wasi_snapshot_preview1" "clock_time_get"
          (func $clock (param i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (memory 1)
        (func (export "clock") (param i32) (result i32 i64)
          (call $clock (local.get 0) (i64.const 1) (i32.const 8)) (i64.load (i32.const 8)))
        (func (export "random") (result i32 i64 i64)
          (call $random (i32.const 8) (i32.const 5))
          (drop (call $random (i32.const 100) (i32.const 30)))
          (i64.load (i32.const 8)) (i64.load (i32.const 122)))
        """;
    assertThat(bench.wat(program).call("clock", "0").output()).isEqualTo("58\n0\n");
    assertThat(bench.wat(program).call("random").output()).isEqualTo("58\n0\n0\n");

    HostProfile profile =
        new HostProfile(
            Optional.of(Instant.ofEpochSecond(2, 3)), Optional.of(Bytes32.ZERO), Map.of());
    assertThat(bench.wat(program).call("clock", "0").profile(profile).output())
        .isEqualTo("0\n2000000003\n");
    assertThat(bench.wat(program).call("clock", "1").profile(profile).output())
        .isEqualTo("0\n2000000003\n");
    assertThat(bench.wat(program).call("clock", "9").profile(profile).output())
        .isEqualTo("28\n0\n");

    byte[] expected = new byte[64];
    new RandomStream(Bytes32.ZERO).fill(expected);
    byte[] block = new byte[40];
    assertThat(expected).startsWith(ContentId.sha256(block).toBytes());
    block[39] = 1;
    assertThat(expected).endsWith(ContentId.sha256(block).toBytes());
    long first = 0;
    long second = 0;
    for (int i = 7; i >= 0; i--) {
      first = (first << 8) | (i < 5 ? expected[i] & 0xff : 0);
      second = (second << 8) | (expected[27 + i] & 0xff);
    }
    assertThat(bench.wat(program).call("random").profile(profile).output())
        .isEqualTo("0\n" + first + "\n" + second + "\n");
  }

  @Test
  void givesArgumentsAndEnvironment() throws Exception {
    String program =
        WASI
            + """
            (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "args_sizes_get"
              (func $args_sizes (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_sizes_get"
              (func $env_sizes (param i32 i32) (result i32)))
            (func (export "_start")
              (drop (call $args_sizes (i32.const 0) (i32.const 4)))
              (drop (call $args (i32.const 100) (i32.const 200)))
              (call $write (i32.const 1) (i32.load (i32.const 100)) (i32.load (i32.const 4)))
              (drop (call $env_sizes (i32.const 0) (i32.const 4)))
              (drop (call $env (i32.const 100) (i32.const 200)))
              (call $write (i32.const 1) (i32.load (i32.const 100)) (i32.load (i32.const 4))))
            """;
    HostProfile profile =
        new HostProfile(Optional.empty(), Optional.empty(), Map.of("B", "2", "A", "ä"));
    assertThat(bench.wat(program).arguments("one", "two three").profile(profile).output())
        .isEqualTo("workload\0one\0two three\0A=ä\0B=2\0");
  }

  @Test
  void sendsTheErrorStreamToTheLog() throws Exception {
    String program =
        WASI
            + """
            (data (i32.const 100) "warm")
            (func (export "_start") (call $write (i32.const 2) (i32.const 100) (i32.const 4)))
            """;
    Execution execution = bench.wat(program).start();
    TaskOutcome outcome = execution.await();
    assertThat(outcome).isEqualTo(new TaskOutcome.Completed(ContentId.ofRaw(new byte[0])));
    assertThat(execution.channel().awaitLog(Duration.ofSeconds(5)))
        .hasValueSatisfying(
            blob -> assertThat(new String(blob.toBytes(), UTF_8)).isEqualTo("warm"));
    assertThat(execution.channel().awaitLog(Duration.ofSeconds(5))).isEmpty();
    assertThat(execution.usage().bytesOut()).isZero();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    for (String name :
        List.of(
            "\"env\" \"system\"",
            "\"wasi_snapshot_preview1\" \"path_exec\"",
            "\"wasi_unstable\" \"fd_write\"",
            "\"edgebeat\" \"stream_close\"",
            "\"wasi_snapshot_preview1\" \"fd_close\"")) {
      Bench.Start start =
          bench.wat("(import " + name + " (func)) (memory 1) (func (export \"_start\"))");
      assertThatThrownBy(start::prepare)
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
          .hasMessageContaining(name.replace("\" \"", ".").replace("\"", ""));
    }
  }

  @Test
  void everyFunctionOfPreview1CanBeImportedAndAnswers() throws Exception {
    int count = 0;
    for (String full : HostFunctions.names()) {
      int dot = full.indexOf('.');
      FunctionShape shape =
          HostFunctions.find(full.substring(0, dot), full.substring(dot + 1)).shape(Word.BITS_32);
      for (String value : List.of("0", "3", "-1", "65532")) {
        StringBuilder program = new StringBuilder("(import \"");
        program.append(full.replace(".", "\" \"")).append("\" (func $f (param");
        shape.parameters().forEach(type -> program.append(' ').append(type));
        program.append(")").append(shape.results().isEmpty() ? "" : " (result i32)").append("))");
        program.append("(memory 1) (func (export \"f\") (result i32) (call $f");
        shape.parameters().forEach(type -> program.append(" (" + type + ".const " + value + ")"));
        program.append(")").append(shape.results().isEmpty() ? "(i32.const 0)" : "").append(")");
        TaskOutcome outcome = bench.wat(program.toString()).call("f").run();
        if (full.endsWith("proc_exit")) {
          assertThat(outcome.output()).as(full).isPresent();
        } else {
          assertThat(outcome).as(full + " " + value).isInstanceOf(TaskOutcome.Completed.class);
        }
      }
      count++;
    }
    assertThat(count).isEqualTo(54);
  }

  @Test
  void admitsOrSaysWhyNot() {
    ContentId image = ContentId.ofRaw(new byte[0]);
    Workload workload = Workload.wasm(image);
    assertThat(bench.executor.admit(workload, Bench.LIMITS)).isEqualTo(new Admission.Admitted());
    assertRefused(
        bench.executor.admit(
            new Workload("docker", image, Optional.empty(), List.of()), Bench.LIMITS),
        ErrorCode.WORKLOAD_REFUSED,
        "docker");
    assertRefused(
        bench.executor.admit(workload, Bench.LIMITS.withMemoryBytes(1L << 40)),
        ErrorCode.LIMIT_EXCEEDED,
        "1099511627776");
    assertRefused(
        bench.executor.admit(workload, Bench.LIMITS.withWallTime(Duration.ofDays(2))),
        ErrorCode.LIMIT_EXCEEDED,
        "PT48H");
    assertRefused(
        bench.executor.admit(
            workload, new ExecutionLimits(1, Duration.ofSeconds(1), 1, Long.MAX_VALUE)),
        ErrorCode.LIMIT_EXCEEDED,
        "output");
    assertRefused(
        bench.executor.admit(Workload.wasm(image, "a\0b"), Bench.LIMITS),
        ErrorCode.WORKLOAD_REFUSED,
        "zero");
  }

  private static void assertRefused(Admission admission, ErrorCode code, String part) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.reason()).contains(part);
            });
  }

  static void assertBadWorkload(Bench.Start start, String part) {
    assertThatThrownBy(start::prepare)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_WORKLOAD))
        .hasMessageContaining(part);
  }

  @Test
  void refusesWhatIsNoModule() {
    assertBadWorkload(bench.module("#!/bin/sh\n".getBytes(UTF_8)), "not a WebAssembly module");
    assertBadWorkload(bench.module(new byte[0]), "8 bytes");
    assertBadWorkload(bench.module(new byte[] {0, 'a', 's', 'm', 2, 0, 0, 0}), "version 2");
  }

  @Test
  void everyTruncationIsRefusedOrHarmless() {
    byte[] module =
        Wat.assemble(
            ECHO
                + "(table 2 funcref) (elem (i32.const 0) $write) (global i64 (i64.const -5))"
                + "(data (i32.const 8) \"abc\")");
    int harmless = 0;
    for (int size = 0; size < module.length; size++) {
      Bench.Start start = bench.module(Arrays.copyOf(module, size));
      try {
        start.prepare();
        harmless++;
      } catch (EdgeBeatException e) {
        assertThat(e.code())
            .as("the first %d bytes: %s", size, e)
            .isEqualTo(ErrorCode.BAD_WORKLOAD);
      }
    }
    assertThat(harmless).as("without its data the module is whole, but otherwise").isEqualTo(1);
  }

  @Test
  void noBitFlipBreaksTheExecutor() throws Exception {
    byte[] module =
        Wat.assemble(
            """
            (memory (export "memory") 1 2) (table 2 funcref)
            (func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
            (elem (i32.const 0) $g $g)
            (data (i32.const 8) "abc")
            (func (export "_start") (local $i i32)
              (loop $l
                (local.set $i (call_indirect (param i32) (result i32)
                  (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (i32.const 10)))))
            """);
    for (int bit = 0; bit < module.length * 8; bit++) {
      byte[] changed = module.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Bench.Start start = bench.module(changed).wallMillis(50);
      try {
        start.prepare();
      } catch (EdgeBeatException e) {
        assertThat(e.code())
            .as("bit %d: %s", bit, e)
            .isIn(ErrorCode.BAD_WORKLOAD, ErrorCode.WORKLOAD_REFUSED);
        continue;
      }
      assertThat(start.run())
          .as("bit %d", bit)
          .isInstanceOfAny(
              TaskOutcome.Completed.class, TaskOutcome.Trapped.class, TaskOutcome.TimedOut.class);
    }
  }

  @Test
  void refusesAnImageThatIsNotWhatItsIdSays() {
    Bench.Start start = bench.wat(ECHO);
    bench.content.forge(start.workload().image(), Wat.assemble("(func (export \"_start\"))"));
    assertThatThrownBy(start::prepare)
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH));
    assertThatThrownBy(
            () ->
                bench.executor.prepare(
                    Workload.wasm(ContentId.ofRaw(new byte[1])), bench.content, Progress.NONE))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_NOT_FOUND));
  }

  @Test
  void inputThatIsMissingOrTooLargeFails() throws Exception {
    ExecutionLimits small =
        new ExecutionLimits(1 << 20, Duration.ofSeconds(30), 3, Bench.LIMITS.outputBytes());
    assertThat(bench.wat(ECHO).input("four").limits(small).run())
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.CONTENT_TOO_LARGE));
    Bench.Start start = bench.wat(ECHO).input("here");
    bench.content.forge(ContentId.ofRaw("here".getBytes(UTF_8)), "there".getBytes(UTF_8));
    assertThat(start.run())
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH));
  }

  @Test
  void oneIdRunsOnce() throws Exception {
    ExecutionRequest request = bench.wat("(func (export \"_start\") (loop (br 0)))").request();
    Execution execution = bench.executor.start(request);
    assertThat(bench.executor.running()).containsExactly(request.id());
    assertThat(bench.executor.attach(request.id())).containsSame(execution);
    assertThatThrownBy(() -> bench.executor.start(request))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE));
    execution.close();
    assertThat(execution.await()).isEqualTo(new TaskOutcome.Stopped("closed"));
    assertThat(bench.executor.running()).isEmpty();
    assertThat(bench.executor.attach(request.id())).isEmpty();
  }

  @Test
  void placesAreLimited() throws Exception {
    try (Bench small = new Bench(WasmLimits.DEFAULTS.withExecutions(1))) {
      String spin = "(func (export \"_start\") (loop (br 0)))";
      Execution first = small.wat(spin).start();
      assertThatThrownBy(() -> small.wat(spin).start())
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
      assertRefused(
          small.executor.admit(first(small, spin), Bench.LIMITS),
          ErrorCode.LIMIT_EXCEEDED,
          "1 executions");
      first.close();
    }
  }

  private static Workload first(Bench small, String program) {
    return small.wat(program).workload();
  }

  @Test
  void closingStopsEverything() throws Exception {
    Execution execution = bench.wat("(func (export \"_start\") (loop (br 0)))").start();
    bench.executor.close();
    assertThat(execution.await()).isEqualTo(new TaskOutcome.Stopped("executor closed"));
    assertThatThrownBy(() -> bench.wat(ECHO).prepare())
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    bench.executor.close();
  }

  @Test
  void memoryIsCountedWithTime() throws Exception {
    Execution execution =
        bench.wat("(memory 32) (func (export \"_start\") (loop (br 0)))").wallMillis(300).start();
    assertThat(execution.await()).isEqualTo(new TaskOutcome.TimedOut(300));
    // 2 MiB for 0.3 s at least
    assertThat(execution.usage().memoryByteSeconds()).isGreaterThan(2 * 1024 * 1024 / 4);
    assertThat(execution.usage().cpuNanos()).isPositive();
  }
}
