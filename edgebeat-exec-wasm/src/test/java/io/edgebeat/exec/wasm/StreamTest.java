package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.wasi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a guest can do with the capabilities it was granted, and without. */
class StreamTest {
  /** What is tested; guests in children are tested by the same tests. */
  Bench bench() {
    return new Bench();
  }

  /** Opens the stream whose name is the input, and copies what it gives, three bytes at a time. */
  private static final String COPY =
      WasmExecutorTest.WASI
          + """
          (func (export "_start") (local $fd i32) (local $n i32)
            (local.set $fd (call $stream_open (i32.const 100)
              (call $read (i32.const 0) (i32.const 100) (i32.const 50))))
            (if (i32.lt_s (local.get $fd) (i32.const 0))
              (then (call $proc_exit (i32.sub (i32.const 0) (local.get $fd)))))
            (loop $next
              (local.set $n (call $read (local.get $fd) (i32.const 1000) (i32.const 3)))
              (if (local.get $n)
                (then (call $write (i32.const 1) (i32.const 1000) (local.get $n)) (br $next)))))
          """;

  static CapabilitySession session(String... messages) {
    return new Session(messages, new CountDownLatch(0), false);
  }

  /** A session that waits for ever when its messages are over, and counts down at every read. */
  static CapabilitySession waiting(CountDownLatch reads, String... messages) {
    return new Session(messages, reads, true);
  }

  private static final class Session implements CapabilitySession {
    private final Queue<String> messages = new ArrayDeque<>();
    private final CountDownLatch reads;
    private final boolean endless;
    private final List<String> written = new ArrayList<>();

    Session(String[] messages, CountDownLatch reads, boolean endless) {
      this.messages.addAll(List.of(messages));
      this.reads = reads;
      this.endless = endless;
    }

    @Override
    public Optional<Blob> read() throws InterruptedException {
      reads.countDown();
      String message = messages.poll();
      if (message == null && endless) {
        new CountDownLatch(1).await();
      }
      return Optional.ofNullable(message)
          .map(text -> Blob.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void write(Blob message) {
      String text = new String(message.toBytes(), StandardCharsets.UTF_8);
      if (text.equals("bad")) {
        throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "takes none");
      }
      written.add(text);
    }

    @Override
    public void close() {}
  }

  @Test
  void readsMessagesAndAsksTheMeterBeforeEach() throws Exception {
    try (Bench bench = bench()) {
      List<String> asked = new ArrayList<>();
      Execution execution =
          bench
              .wat(COPY)
              .input("thermometer")
              .capability("thermometer", 5, session("21.5;", "", "21.75;"))
              .meter((kind, units) -> asked.add(kind + " " + units))
              .start();
      TaskOutcome outcome = execution.await();
      assertThat(bench.text(outcome.output().orElseThrow())).isEqualTo("21.5;21.75;");
      assertThat(execution.usage().messages()).isEqualTo(Map.of("thermometer", 3L));
      assertThat(execution.usage().bytesIn()).isEqualTo("thermometer21.5;21.75;".length());
      // Three messages, and the question for the one that never came.
      assertThat(asked)
          .containsExactly("thermometer 5", "thermometer 5", "thermometer 5", "thermometer 5");
    }
  }

  @Test
  void opensNothingThatIsNotGranted() throws Exception {
    try (Bench bench = bench()) {
      for (String name : List.of("camera", "", "thermometer\0", "Thermometer")) {
        assertThat(bench.wat(COPY).input(name).capability("thermometer", 1, session("21.5")).run())
            .as(name)
            .isInstanceOfSatisfying(
                TaskOutcome.Exited.class,
                exited -> assertThat(exited.code()).isEqualTo(Errno.NOTCAPABLE));
      }
    }
  }

  @Test
  void writesMessages() throws Exception {
    String program =
        WasmExecutorTest.WASI
            + """
            (data (i32.const 100) "valve") (data (i32.const 200) "openbadshut")
            (func $send (param i32 i32 i32) (result i32)
              (i32.store (i32.const 16) (local.get 1))
              (i32.store (i32.const 20) (local.get 2))
              (call $fd_write (local.get 0) (i32.const 16) (i32.const 1) (i32.const 24)))
            (func (export "f") (result i32 i32 i32 i32 i32) (local $fd i32)
              (local.set $fd (call $stream_open (i32.const 100) (i32.const 5)))
              (local.get $fd)
              (call $stream_open (i32.const 100) (i32.const 5))
              (call $send (local.get $fd) (i32.const 200) (i32.const 4))
              (call $send (local.get $fd) (i32.const 204) (i32.const 3))
              (call $send (local.get $fd) (i32.const 207) (i32.const 4)))
            """;
    try (Bench bench = bench()) {
      Session valve = new Session(new String[0], new CountDownLatch(0), false);
      Execution execution = bench.wat(program).call("f").capability("valve", 1, valve).start();
      TaskOutcome outcome = execution.await();
      assertThat(bench.text(outcome.output().orElseThrow())).isEqualTo("4\n4\n0\n58\n0\n");
      assertThat(valve.written).containsExactly("open", "shut");
      assertThat(execution.usage().messages()).isEqualTo(Map.of("valve", 2L));
    }
  }

  @Test
  void whatIsNoMessageToTheBuyerIsNotMetered() throws Exception {
    String program =
        WasmExecutorTest.WASI.replace("\"memory\") 1", "\"memory\") 2")
            + """
            (data (i32.const 100) "buyer")
            (func $send (param i32 i32) (result i32)
              (i32.store (i32.const 16) (i32.const 200))
              (i32.store (i32.const 20) (local.get 1))
              (call $fd_write (local.get 0) (i32.const 16) (i32.const 1) (i32.const 24)))
            (func (export "f") (result i32 i32 i32) (local $fd i32)
              (local.set $fd (call $stream_open (i32.const 100) (i32.const 5)))
              (call $send (local.get $fd) (i32.const 0))
              (call $send (local.get $fd) (i32.const 65537))
              (call $send (local.get $fd) (i32.const 65536)))
            """;
    try (Bench bench = bench()) {
      List<String> asked = new ArrayList<>();
      Session buyer = new Session(new String[0], new CountDownLatch(0), false);
      Execution execution =
          bench
              .wat(program)
              .call("f")
              .capability(WorkloadChannel.BUYER, 1, buyer)
              .meter((kind, units) -> asked.add(kind))
              .start();
      TaskOutcome outcome = execution.await();
      assertThat(bench.text(outcome.output().orElseThrow()))
          .isEqualTo(Errno.INVAL + "\n" + Errno.MSGSIZE + "\n0\n");
      assertThat(asked).containsExactly(WorkloadChannel.BUYER);
      assertThat(execution.usage().messages()).isEqualTo(Map.of(WorkloadChannel.BUYER, 1L));
    }
  }

  @Test
  void aSessionThatFailsIsNotTheProgramsFault() throws Exception {
    CapabilitySession broken =
        new CapabilitySession() {
          @Override
          public Optional<Blob> read() {
            throw new EdgeBeatException(ErrorCode.CLOSED, "the sensor is gone");
          }

          @Override
          public void write(Blob message) {}

          @Override
          public void close() {}
        };
    try (Bench bench = bench()) {
      assertThat(bench.wat(COPY).input("s").capability("s", 1, broken).run())
          .isEqualTo(new TaskOutcome.Failed(ErrorCode.CLOSED, "the sensor is gone"));
      assertThat(
              bench
                  .wat(COPY)
                  .input("s")
                  .capability("s", 1, session("1"))
                  .meter(
                      (kind, units) -> {
                        throw new IllegalArgumentException("no such kind");
                      })
                  .run())
          .isInstanceOfSatisfying(
              TaskOutcome.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED));
    }
  }
}
