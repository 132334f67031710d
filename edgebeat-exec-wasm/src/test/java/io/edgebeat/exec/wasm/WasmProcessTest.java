package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process does what was called, keeps what it has, and is over when it cannot go on. */
@Timeout(120)
class WasmProcessTest {
  private static final ExecutionLimits LIMITS =
      ExecutionLimits.DEFAULTS.withMemoryBytes(4 << 20).withFuel(50_000_000);

  private static final String COUNTER =
      """
      (import "wasi_snapshot_preview1" "fd_read"
        (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory 1 8) (global $sum (mut i64) (i64.const 0))
      (func (export "_initialize") (global.set $sum (i64.add (global.get $sum) (i64.const 1000))))
      (func (export "add") (param i64) (result i64)
        (global.set $sum (i64.add (global.get $sum) (local.get 0))) (global.get $sum))
      (func (export "echo") (param $to i32)
        (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 3))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
      (func (export "trap") (global.set $sum (i64.const 0)) (unreachable))
      (func (export "exit") (param i32) (call $exit (local.get 0)))
      (func (export "spin") (loop (br 0)))
      """;

  private final MemoryContent content = new MemoryContent();
  private final WasmProcesses processes = create(WasmLimits.DEFAULTS);

  private WasmProcesses create(WasmLimits maxima) {
    return WasmProcesses.create(
        Bench.threads(), () -> Instant.EPOCH, maxima, WasmMode.COMPILED, content);
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private WasmProcess open(String text, ExecutionLimits limits) {
    return processes.open(content.put(Wat.assemble(text)), limits, HostProfile.NOTHING);
  }

  private WasmProcess counter() {
    return open(COUNTER, LIMITS);
  }

  private String text(WasmStep step) {
    assertThat(step.outcome()).isInstanceOf(TaskOutcome.Completed.class);
    return new String(content.get(step.output().orElseThrow()), UTF_8);
  }

  private static void assertRefused(ErrorCode code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.getMessage()).contains(words);
            });
  }

  @Test
  void keepsItsStateFromCallToCallAndOverFreezing() {
    WasmProcess process = counter();
    assertThat(process.fuelUsed()).isZero();
    assertThat(process.memoryBytes()).isEqualTo(65_536);
    assertThat(text(process.call("add", "5"))).isEqualTo("1005\n");
    WasmStep second = process.call("add", "-3");
    assertThat(text(second)).isEqualTo("1002\n");
    assertThat(second.usage().fuel()).isPositive().isLessThan(process.fuelUsed());

    ContentId frozen = process.freeze();
    assertThat(process.freeze()).isEqualTo(frozen);
    assertThat(text(process.call("add", "0"))).isEqualTo("1002\n");
    long used = process.fuelUsed();
    ContentId later = process.freeze();
    process.close();

    WasmProcess again = processes.resume(frozen);
    assertThat(again.module()).isEqualTo(process.module());
    assertThat(again.limits()).isEqualTo(LIMITS);
    assertThat(again.hostProfile()).isEqualTo(HostProfile.NOTHING);
    assertThat(again.fuelUsed()).isPositive().isLessThan(used);
    assertThat(again.freeze()).isEqualTo(frozen);
    assertThat(text(again.call("add", "0"))).isEqualTo("1002\n");
    assertThat(again.fuelUsed()).isEqualTo(used);
    assertThat(again.freeze()).isEqualTo(later);
    again.close();
  }

  /** Reads on in a file and in random bytes; its host's part is frozen, too. */
  private static final String WIDE =
      """
      (import "wasi_snapshot_preview1" "path_open" (func $open
        (param i32 i32 i64 i64 i32 i64 i64 i32 i64) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i64 i64 i64) (result i32)))
      (import "wasi_snapshot_preview1" "fd_tell" (func $tell (param i32 i64) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i64 i64) (result i32)))
      (memory i64 1 8) (global $file (mut i32) (i32.const -1))
      (func (export "_initialize")
        (i32.store8 (i64.const 500) (i32.const 97))
        (if (call $open (i32.const 3) (i32.const 0) (i64.const 500) (i64.const 1) (i32.const 1)
            (i64.const 100) (i64.const 0) (i32.const 0) (i64.const 600))
          (then (unreachable)))
        (global.set $file (i32.load (i64.const 600))))
      (func (export "on") (result i64)
        (i64.store (i64.const 0) (i64.const 700)) (i64.store (i64.const 8) (i64.const 5))
        (if (call $write (global.get $file) (i64.const 0) (i64.const 1) (i64.const 16))
          (then (unreachable)))
        (if (i64.ne (i64.load (i64.const 16)) (i64.const 5)) (then (unreachable)))
        (if (call $tell (global.get $file) (i64.const 24)) (then (unreachable)))
        (if (call $random (i64.const 32) (i64.const 4)) (then (unreachable)))
        (i64.add (i64.mul (i64.load (i64.const 24)) (i64.const 0x100000000))
          (i64.load32_u (i64.const 32))))
      """;

  @Test
  void aProcessWith64BitAddressesGoesOnWithItsFilesAndRandomBytes() {
    HostProfile profile = SameResult.profile();
    WasmProcess process = processes.open(content.put(Wat.assemble(WIDE)), LIMITS, profile);
    assertThat(Long.parseLong(text(process.call("on")).strip()) >>> 32).isEqualTo(5);
    ContentId frozen = process.freeze();
    String second = text(process.call("on"));
    assertThat(Long.parseLong(second.strip()) >>> 32).isEqualTo(10);
    long used = process.fuelUsed();
    ContentId later = process.freeze();
    process.close();

    try (WasmProcesses others =
        WasmProcesses.create(
            Bench.threads(),
            () -> Instant.EPOCH,
            WasmLimits.DEFAULTS,
            WasmMode.INTERPRETED,
            content)) {
      WasmProcess again = others.resume(frozen);
      assertThat(text(again.call("on"))).isEqualTo(second);
      assertThat(again.fuelUsed()).isEqualTo(used);
      assertThat(again.freeze()).isEqualTo(later);
      again.close();
    }
  }

  @Test
  void aSnapshotTellsWhatItIs() {
    WasmProcess process = counter();
    process.call("add", "5");
    ContentId frozen = process.freeze();
    assertThat(processes.describe(frozen))
        .isEqualTo(
            new WasmSnapshot(
                frozen, process.module(), LIMITS, HostProfile.NOTHING, process.fuelUsed(), 65_536));
  }

  @Test
  void eachCallHasAnInputAnOutputAndALogOfItsOwn() {
    WasmProcess process = counter();
    Optional<ContentId> input = Optional.of(content.put("abcdef".getBytes(UTF_8)));
    assertThat(text(process.call("echo", List.of("1"), input))).isEqualTo("abc");
    assertThat(text(process.call("echo", List.of("1"), input))).isEqualTo("abc");
    assertThat(text(process.call("echo", "1"))).isEmpty();
    WasmStep logged = process.call("echo", List.of("2"), input);
    assertThat(text(logged)).isEmpty();
    assertThat(logged.log()).isEqualTo(Blob.of("abc".getBytes(UTF_8)));
    assertThat(logged.usage().bytesIn()).isEqualTo(3);
    assertThat(process.call("add", "0").log()).isEqualTo(Blob.EMPTY);
  }

  @Test
  void whatCannotBeCalledChangesNothing() {
    WasmProcess process = counter();
    assertRefused(ErrorCode.WRONG_STATE, "nothing was called yet", process::freeze);
    process.call("add", "5");
    ContentId before = process.freeze();
    assertRefused(ErrorCode.BAD_WORKLOAD, "\"subtract\"", () -> process.call("subtract", "1"));
    assertRefused(ErrorCode.BAD_WORKLOAD, "found 2", () -> process.call("add", "1", "2"));
    ContentId nowhere = ContentId.ofRaw(new byte[] {1});
    assertRefused(
        ErrorCode.CONTENT_NOT_FOUND,
        nowhere.toString(),
        () -> process.call("echo", List.of("1"), Optional.of(nowhere)));
    ContentId large = content.put(new byte[(int) LIMITS.inputBytes() + 1]);
    assertRefused(
        ErrorCode.CONTENT_TOO_LARGE,
        String.valueOf(LIMITS.inputBytes()),
        () -> process.call("echo", List.of("1"), Optional.of(large)));
    assertThat(process.freeze()).isEqualTo(before);
    assertThat(text(process.call("add", "5"))).isEqualTo("1010\n");
  }

  private void assertIsOver(WasmProcess process, ContentId last) {
    assertThat(process.isOver()).isTrue();
    assertRefused(ErrorCode.WRONG_STATE, "is over", () -> process.call("add", "1"));
    assertRefused(ErrorCode.WRONG_STATE, "is over", process::freeze);
    process.close();
    WasmProcess again = processes.resume(last);
    assertThat(text(again.call("add", "1"))).isEqualTo("1006\n");
    again.close();
  }

  @Test
  void whatDoesNotReturnIsTheEndOfTheProcessAndNotOfItsSnapshots() {
    WasmProcess trapped = counter();
    trapped.call("add", "5");
    ContentId frozen = trapped.freeze();
    assertThat(trapped.call("trap").outcome()).isEqualTo(new TaskOutcome.Trapped("unreachable"));
    assertIsOver(trapped, frozen);

    WasmProcess exited = processes.resume(frozen);
    assertThat(exited.call("exit", "0").outcome()).isInstanceOf(TaskOutcome.Completed.class);
    assertIsOver(exited, frozen);

    WasmProcess failed = processes.resume(frozen);
    assertThat(failed.call("exit", "7").outcome())
        .isInstanceOfSatisfying(
            TaskOutcome.Exited.class, exit -> assertThat(exit.code()).isEqualTo(7));
    assertIsOver(failed, frozen);

    WasmProcess hungry = processes.resume(frozen);
    assertThat(hungry.call("spin").outcome()).isEqualTo(new TaskOutcome.OutOfFuel());
    assertThat(hungry.fuelUsed()).isEqualTo(LIMITS.fuel());
    assertIsOver(hungry, frozen);
  }

  @Test
  void fuelIsOneAmountForAllCalls() {
    WasmProcess process = open(COUNTER, LIMITS.withFuel(300));
    int calls = 0;
    while (!process.isOver()) {
      assertThat(++calls).isLessThan(100);
      WasmStep step = process.call("add", "1");
      if (process.isOver()) {
        assertThat(step.outcome()).isEqualTo(new TaskOutcome.OutOfFuel());
      } else {
        ContentId frozen = process.freeze();
        process.close();
        process = processes.resume(frozen);
      }
    }
    assertThat(calls).isGreaterThan(3);
    assertThat(process.fuelUsed()).isEqualTo(300);
  }

  @Test
  void aCallEndsWithItsWallTime() {
    WasmProcess process =
        open(
            COUNTER,
            LIMITS.withFuel(ExecutionLimits.NO_FUEL_LIMIT).withWallTime(Duration.ofMillis(100)));
    assertThat(process.call("spin").outcome()).isEqualTo(new TaskOutcome.TimedOut(100));
    assertThat(process.isOver()).isTrue();
    process.close();
  }

  private static FutureTask<WasmStep> spinning(WasmProcess process) throws Exception {
    FutureTask<WasmStep> call = new FutureTask<>(() -> process.call("spin"));
    Thread caller = new Thread(call);
    caller.start();
    awaitBusy(caller);
    return call;
  }

  /** Until a call is under way: its caller waits for the guest. */
  private static void awaitBusy(Thread caller) {
    while (caller.getState() != Thread.State.WAITING
        && caller.getState() != Thread.State.TIMED_WAITING) {
      assertThat(caller.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  @Test
  void oneThingIsDoneAtATimeAndCloseEndsIt() throws Exception {
    WasmProcess process = open(COUNTER, LIMITS.withFuel(ExecutionLimits.NO_FUEL_LIMIT));
    FutureTask<WasmStep> call = spinning(process);
    assertRefused(ErrorCode.WRONG_STATE, "something else", () -> process.call("add", "1"));
    process.close();
    assertThat(call.get().outcome()).isEqualTo(new TaskOutcome.Stopped("closed"));
    assertRefused(ErrorCode.CLOSED, "closed", () -> process.call("add", "1"));
    assertRefused(ErrorCode.CLOSED, "closed", process::freeze);
    process.close();
  }

  @Test
  void anInterruptEndsTheProcess() throws Exception {
    WasmProcess process = open(COUNTER, LIMITS.withFuel(ExecutionLimits.NO_FUEL_LIMIT));
    process.call("add", "1");
    FutureTask<Boolean> call =
        new FutureTask<>(
            () -> {
              assertRefused(ErrorCode.INTERRUPTED, "it is over", () -> process.call("spin"));
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(call);
    thread.start();
    awaitBusy(thread);
    thread.interrupt();
    assertThat(call.get()).isTrue();
    assertThat(process.isOver()).isTrue();
    process.close();
  }

  @Test
  void closingAllEndsEach() throws Exception {
    WasmProcesses own = create(WasmLimits.DEFAULTS);
    WasmProcess process =
        own.open(
            content.put(Wat.assemble(COUNTER)),
            LIMITS.withFuel(ExecutionLimits.NO_FUEL_LIMIT),
            HostProfile.NOTHING);
    FutureTask<WasmStep> call = spinning(process);
    own.close();
    own.close();
    assertThat(call.get().outcome()).isEqualTo(new TaskOutcome.Stopped("closed"));
    ContentId module = process.module();
    assertRefused(ErrorCode.CLOSED, "closed", () -> own.open(module, LIMITS, HostProfile.NOTHING));
    assertRefused(ErrorCode.CLOSED, "closed", () -> own.describe(module));
  }

  @Test
  void soManyAreOpenAndNoMore() {
    ContentId module = content.put(Wat.assemble(COUNTER));
    try (WasmProcesses two = create(WasmLimits.DEFAULTS.withExecutions(2))) {
      WasmProcess first = two.open(module, LIMITS, HostProfile.NOTHING);
      two.open(module, LIMITS, HostProfile.NOTHING);
      assertRefused(
          ErrorCode.LIMIT_EXCEEDED,
          "2 processes",
          () -> two.open(module, LIMITS, HostProfile.NOTHING));
      assertRefused(ErrorCode.LIMIT_EXCEEDED, "2 processes", () -> two.resume(module));
      first.close();
      first.close();
      assertRefused(ErrorCode.BAD_WORKLOAD, "bad snapshot", () -> two.resume(module));
      two.open(module, LIMITS, HostProfile.NOTHING);
      assertRefused(
          ErrorCode.LIMIT_EXCEEDED,
          "2 processes",
          () -> two.open(module, LIMITS, HostProfile.NOTHING));
    }
  }

  @Test
  void moreThanIsGivenIsRefused() {
    ContentId module = content.put(Wat.assemble(COUNTER));
    long most = WasmLimits.DEFAULTS.memoryBytes();
    assertRefused(
        ErrorCode.LIMIT_EXCEEDED,
        String.valueOf(most),
        () -> processes.open(module, LIMITS.withMemoryBytes(most + 1), HostProfile.NOTHING));
  }

  @Test
  void whatFailsBeforeItsFirstCallFailsInIt() throws ExecutionException {
    WasmProcess process = open("(func $s (unreachable)) (start $s) (func (export \"f\"))", LIMITS);
    assertThat(process.call("f").outcome()).isEqualTo(new TaskOutcome.Trapped("unreachable"));
    assertThat(process.isOver()).isTrue();
  }

  @Test
  void aReferenceOfTheHostCannotBeStored() {
    byte[] module =
        Wat.assemble(
            """
            (global $x (mut externref) (ref.null_extern)) (table 2 externref)
            (func (export "keep") (param externref) (global.set $x (local.get 0)))
            (func (export "put") (param externref)
              (table.set (i32.const 1) (local.get 0)))
            """);
    for (String where : List.of("keep", "put")) {
      WasmEngine.Instance instance =
          new ChicoryEngine(WasmLimits.DEFAULTS)
              .compile(module, ModuleReader.read(module, WasmLimits.DEFAULTS))
              .instantiate(List.of(), 0, () -> {});
      assertThat(instance.state().globals()).hasSize(1);
      instance.call(where, new long[] {77});
      assertRefused(
          ErrorCode.UNSUPPORTED,
          where.equals("keep") ? "global 0" : "entry 1 of table 0",
          instance::state);
    }
  }
}
