package io.edgebeat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.testkit.ExecutorBench.Program;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Executor} promises. */
@Timeout(300)
public interface ExecutorContract {

  /**
   * Makes an executor with its programs.
   *
   * @return the bench; the test closes it
   * @throws Exception when it cannot be made
   */
  ExecutorBench createBench() throws Exception;

  private static ExecutionId id(int task) {
    return new ExecutionId(new AgreementId(ContentId.sha256(new byte[] {5})), task);
  }

  private static ExecutionRequest request(
      ExecutorBench bench, Program program, int task, String input, Instant lease) {
    return request(bench, program, task, input, lease, ExecutionLimits.DEFAULTS);
  }

  private static ExecutionRequest request(
      ExecutorBench bench,
      Program program,
      int task,
      String input,
      Instant lease,
      ExecutionLimits limits) {
    Optional<ContentId> fed =
        input.isEmpty()
            ? Optional.empty()
            : Optional.of(
                bench
                    .content()
                    .put(ContentSource.of(input.getBytes(StandardCharsets.UTF_8)), Progress.NONE));
    return new ExecutionRequest(
        id(task),
        bench.workload(program),
        fed,
        limits,
        HostProfile.NOTHING,
        Map.of(),
        Map.of(),
        lease,
        Meter.FREE,
        bench.content());
  }

  /** The same request with a meter. */
  private static ExecutionRequest metered(ExecutionRequest request, Meter meter) {
    return new ExecutionRequest(
        request.id(),
        request.workload(),
        request.input(),
        request.limits(),
        request.hostProfile(),
        request.capabilities(),
        request.unitsPerMessage(),
        request.leaseUntil(),
        meter,
        request.content());
  }

  private static Instant later() {
    return FakeClock.START.plusSeconds(3_600);
  }

  private static String read(ExecutorBench bench, ContentId id) {
    try (ContentReader reader = bench.content().open(id)) {
      return new String(reader.readAll(1 << 20), StandardCharsets.UTF_8);
    }
  }

  private static void noCounterWentBack(Usage before, Usage after) {
    assertThat(after.fuel()).isGreaterThanOrEqualTo(before.fuel());
    assertThat(after.cpuNanos()).isGreaterThanOrEqualTo(before.cpuNanos());
    assertThat(after.memoryByteSeconds()).isGreaterThanOrEqualTo(before.memoryByteSeconds());
    assertThat(after.bytesIn()).isGreaterThanOrEqualTo(before.bytesIn());
    assertThat(after.bytesOut()).isGreaterThanOrEqualTo(before.bytesOut());
  }

  /** An executor is one thing for its whole life, and works. */
  @Test
  default void saysWhatItIs() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      ExecutorInfo info = executor.info();
      assertThat(executor.info()).isEqualTo(info);
      assertThat(info.selfTest()).isEqualTo("ok");
      assertThat(info.isolation()).isNotBlank();
      for (Program program : Program.values()) {
        assertThat(info.workloadTypes()).contains(bench.workload(program).type());
        assertThat(executor.admit(bench.workload(program), ExecutionLimits.DEFAULTS))
            .isEqualTo(new Admission.Admitted());
      }
    }
  }

  /** A type it does not run is refused by its name, before anything is fetched. */
  @Test
  default void aTypeItDoesNotRunIsRefused() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      ContentId missing = ContentId.ofRaw(new byte[] {1, 2, 3});
      Workload foreign = new Workload("no-such-type", missing, Optional.empty(), List.of());
      assertThat(executor.info().workloadTypes()).doesNotContain(foreign.type());
      assertThat(executor.admit(foreign, ExecutionLimits.DEFAULTS))
          .isInstanceOfSatisfying(
              Admission.Refused.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED);
                assertThat(refused.reason()).contains("no-such-type");
              });
      Check.refused(
          ErrorCode.WORKLOAD_REFUSED,
          "no-such-type",
          () -> executor.prepare(foreign, bench.content(), Progress.NONE));
    }
  }

  /** More than it has is refused with the value. */
  @Test
  default void moreThanItHasIsRefused() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      ExecutionLimits tooMuch = ExecutionLimits.DEFAULTS.withMemoryBytes(Long.MAX_VALUE);
      assertThat(executor.admit(bench.workload(Program.COPIES_INPUT), tooMuch))
          .isInstanceOfSatisfying(
              Admission.Refused.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
                assertThat(refused.reason()).contains(Long.toString(Long.MAX_VALUE));
              });
      Check.refused(
          ErrorCode.LIMIT_EXCEEDED,
          Long.toString(Long.MAX_VALUE),
          () -> executor.start(request(bench, Program.COPIES_INPUT, 1, "", later(), tooMuch)));
      assertThat(executor.running()).isEmpty();
    }
  }

  /** What is not there, or is no program, is not prepared. Preparing again changes nothing. */
  @Test
  default void preparesProgramsOnly() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      Workload good = bench.workload(Program.COPIES_INPUT);
      ContentId missing = ContentId.ofRaw(new byte[] {1, 2, 3});
      Check.refused(
          ErrorCode.CONTENT_NOT_FOUND,
          missing.toString(),
          () ->
              executor.prepare(
                  new Workload(good.type(), missing, good.entry(), good.arguments()),
                  bench.content(),
                  Progress.NONE));
      Check.refused(
          ErrorCode.BAD_WORKLOAD,
          () -> executor.prepare(bench.noProgram(), bench.content(), Progress.NONE));
      executor.prepare(good, bench.content(), Progress.NONE);
      executor.prepare(good, bench.content(), Progress.NONE);
      assertThat(executor.running()).isEmpty();
    }
  }

  /** Input comes out again; outcome and usage stay what they are. */
  @Test
  default void aProgramEndsWithItsOutput() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      for (String input : List.of("", "twenty-five degrees")) {
        Execution execution =
            executor.start(request(bench, Program.COPIES_INPUT, 1, input, later()));
        assertThat(execution.id()).isEqualTo(id(1));
        TaskOutcome outcome = execution.await();
        assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
        assertThat(read(bench, outcome.output().orElseThrow())).isEqualTo(input);
        Usage usage = execution.usage();
        assertThat(usage.bytesIn()).isEqualTo(input.length());
        assertThat(usage.bytesOut()).isEqualTo(input.length());
        assertThat(executor.running()).isEmpty();
        assertThat(executor.attach(id(1))).isEmpty();
        execution.stop(Duration.ZERO);
        execution.close();
        execution.close();
        assertThat(execution.await()).isEqualTo(outcome);
        assertThat(execution.usage()).isEqualTo(usage);
      }
    }
  }

  /** A program that fails is an outcome, and not an error. */
  @Test
  default void anExitCodeIsAnOutcome() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.EXITS_WITH_3, 1, "", later()))) {
      assertThat(execution.await())
          .isInstanceOfSatisfying(
              TaskOutcome.Exited.class, exited -> assertThat(exited.code()).isEqualTo(3));
    }
  }

  /** What a program says is heard, also after its end; then there is no more. */
  @Test
  default void whatAProgramSaysIsHeard() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution = executor.start(request(bench, Program.SAYS_HELLO, 1, "", later()))) {
      assertThat(execution.await()).isInstanceOf(TaskOutcome.Completed.class);
      StringBuilder heard = new StringBuilder();
      Optional<Blob> more = execution.channel().awaitLog(Check.PATIENCE);
      while (more.isPresent()) {
        heard.append(new String(more.get().toBytes(), StandardCharsets.UTF_8));
        more = execution.channel().awaitLog(Check.PATIENCE);
      }
      assertThat(heard.toString()).contains("hello");
    }
  }

  /** What a program writes can be had with its place, where that is said; else it is refused. */
  @Test
  default void whatAProgramWritesCanBeHadWhereThatIsSaid() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.COPIES_INPUT, 1, "degrees", later()))) {
      WorkloadChannel channel = execution.channel();
      assertThat(channel.carries()).isEqualTo(execution.channel().carries());
      assertThat(execution.await()).isInstanceOf(TaskOutcome.Completed.class);
      for (TaskStream stream : TaskStream.values()) {
        if (stream.isMessages() || !channel.carries().contains(stream)) {
          Check.refused(
              ErrorCode.UNSUPPORTED,
              stream.toString(),
              () -> channel.await(stream, Check.PATIENCE));
        } else {
          assertThat(written(channel, stream))
              .isEqualTo(stream == TaskStream.OUTPUT ? "degrees" : "");
        }
      }
    }
  }

  /** All that is left of a stream, each piece at its place. */
  private static String written(WorkloadChannel channel, TaskStream stream)
      throws InterruptedException {
    StringBuilder all = new StringBuilder();
    Optional<WorkloadChannel.Written> piece = channel.await(stream, Check.PATIENCE);
    while (piece.isPresent()) {
      assertThat(piece.get().position()).isIn(-1L, (long) all.length());
      all.append(new String(piece.get().bytes().toBytes(), StandardCharsets.UTF_8));
      piece = channel.await(stream, Check.PATIENCE);
    }
    return all.toString();
  }

  /** Program and buyer speak while it runs, where the executor says so; each message is metered. */
  @Test
  default void programAndBuyerSpeakWhereThatIsSaid() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      BuyerSession buyer = new BuyerSession();
      Optional<Workload> talks = bench.talks();
      List<String> metered = Collections.synchronizedList(new ArrayList<>());
      ExecutionRequest request =
          new ExecutionRequest(
              id(1),
              talks.orElse(bench.workload(Program.COPIES_INPUT)),
              Optional.empty(),
              ExecutionLimits.DEFAULTS,
              HostProfile.NOTHING,
              Map.of(WorkloadChannel.BUYER, buyer),
              Map.of(WorkloadChannel.BUYER, 1L),
              later(),
              (kind, units) -> metered.add(kind + " " + units),
              bench.content());
      try (Execution execution = executor.start(request)) {
        WorkloadChannel channel = execution.channel();
        List<TaskStream> messages =
            channel.carries().stream().filter(TaskStream::isMessages).toList();
        if (talks.isEmpty()) {
          assertThat(messages).as("what no program can use").isEmpty();
          return;
        }
        assertThat(messages)
            .containsExactlyInAnyOrder(TaskStream.TO_PROGRAM, TaskStream.FROM_PROGRAM);
        for (String word : List.of("one", "two")) {
          buyer.toProgram.add(word);
          assertThat(buyer.toBuyer.poll(Check.PATIENCE.toSeconds(), TimeUnit.SECONDS))
              .isEqualTo(word);
          // It waits for the next message, and what it has said before is there.
          assertThat(channel.awaitLog(Check.PATIENCE).map(b -> new String(b.toBytes(), UTF_8)))
              .contains(word);
        }
        buyer.toProgram.add("");
        TaskOutcome outcome = execution.await();
        assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
        assertThat(read(bench, outcome.output().orElseThrow())).isEqualTo("onetwo");
        assertThat(execution.usage().messages()).containsEntry(WorkloadChannel.BUYER, 4L);
        assertThat(execution.usage().bytesIn()).isEqualTo(6);
        // Two there, two back, and the question to which the end was the answer.
        assertThat(metered).hasSize(5).containsOnly(WorkloadChannel.BUYER + " 1");
      }
    }
  }

  /** What runs is listed, can be taken hold of, runs once, and is stopped. */
  @Test
  default void whatRunsIsListedAndStopped() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      ExecutionRequest forever = request(bench, Program.RUNS_FOREVER, 1, "", later());
      Execution execution = executor.start(forever);
      assertThat(executor.running()).containsExactly(id(1));
      assertThat(executor.attach(id(2))).isEmpty();
      Check.refused(ErrorCode.DUPLICATE, id(1).toString(), () -> executor.start(forever));
      Execution attached = executor.attach(id(1)).orElseThrow();
      assertThat(attached.id()).isEqualTo(id(1));
      Usage before = execution.usage();
      noCounterWentBack(before, attached.usage());
      attached.stop(Duration.ZERO);
      attached.stop(Duration.ZERO);
      TaskOutcome outcome = execution.await();
      assertThat(outcome).isInstanceOf(TaskOutcome.Stopped.class);
      noCounterWentBack(before, execution.usage());
      Check.await(executor::running, all -> assertThat(all).isEmpty());
      assertThat(attached.await()).isEqualTo(outcome);
    }
  }

  /** A grace that is over ends by force what does not end by itself. */
  @Test
  default void aGraceEnds() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.RUNS_FOREVER, 1, "", later()))) {
      execution.stop(Duration.ofMillis(20));
      assertThat(execution.await()).isInstanceOf(TaskOutcome.Stopped.class);
    }
  }

  /** The wall time is kept without anybody's help, and named. */
  @Test
  default void theWallTimeIsKept() throws Exception {
    ExecutionLimits limits = ExecutionLimits.DEFAULTS.withWallTime(Duration.ofMillis(300));
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.RUNS_FOREVER, 1, "", later(), limits))) {
      assertThat(execution.await()).isEqualTo(new TaskOutcome.TimedOut(300));
    }
  }

  /** Where a lease is promised, it ends what is not extended; the last end said counts. */
  @Test
  default void theLeaseIsKept() throws Exception {
    FakeClock clock = FakeClock.create();
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(clock)) {
      Execution execution =
          executor.start(
              request(bench, Program.RUNS_FOREVER, 1, "", FakeClock.START.plusSeconds(10)));
      execution.leaseUntil(FakeClock.START.plusSeconds(20));
      // The last word counts, also when it is the earlier end.
      execution.leaseUntil(FakeClock.START.plusSeconds(15));
      clock.advance(Duration.ofSeconds(14));
      assertThat(executor.running()).hasSize(1);
      clock.advance(Duration.ofSeconds(1));
      if (executor.info().lease()) {
        assertThat(execution.await()).isInstanceOf(TaskOutcome.Stopped.class);
      } else {
        assertThat(executor.running()).as("without a lease nothing ends by itself").hasSize(1);
      }
      execution.close();
    }
  }

  /** Who waits may be interrupted: the execution goes on. */
  @Test
  default void anInterruptEndsTheWaitOnly() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.RUNS_FOREVER, 1, "", later()))) {
      Check.Running<String> waiting =
          Check.begin(
              () -> {
                Thread.currentThread().interrupt();
                try {
                  return execution.await().toString();
                } catch (InterruptedException e) {
                  return "interrupted";
                }
              });
      assertThat(waiting.get()).isEqualTo("interrupted");
      assertThat(executor.running()).containsExactly(id(1));
    }
  }

  /** Held and let go, as often as one likes, a program still ends as it would have. */
  @Test
  default void pausesChangeNothing() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create());
        Execution execution =
            executor.start(request(bench, Program.COPIES_INPUT, 1, "as before", later()))) {
      execution.pause();
      execution.pause();
      execution.resume();
      execution.resume();
      assertThat(read(bench, execution.await().output().orElseThrow())).isEqualTo("as before");
    }
  }

  /** Equal input gives an equal result, at the same time too; deterministic executors: fuel. */
  @Test
  default void executionsMayOverlap() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      List<Callable<List<Object>>> calls = new ArrayList<>();
      boolean fuel = executor.info().deterministic();
      for (int i = 1; i <= 4; i++) {
        ExecutionRequest request = request(bench, Program.COPIES_INPUT, i, "the same", later());
        calls.add(
            () -> {
              try (Execution execution = executor.start(request)) {
                TaskOutcome outcome = execution.await();
                return List.of(outcome, fuel ? execution.usage().fuel() : 0L);
              }
            });
      }
      List<List<Object>> results = Check.atOnce(calls);
      assertThat(results).containsOnly(results.getFirst());
      assertThat(results.getFirst().getFirst()).isInstanceOf(TaskOutcome.Completed.class);
    }
  }

  /** Where fuel is sold, a program goes as far as is paid and is held there. */
  @Test
  default void whatIsNotPaidIsNotUsed() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      FuelTill till = new FuelTill();
      ExecutionRequest forever =
          metered(request(bench, Program.RUNS_FOREVER, 1, "", later()), till);
      if (!executor.info().fuel()) {
        try (Execution execution = executor.start(forever)) {
          execution.stop(Duration.ZERO);
          execution.await();
        }
        assertThat(till.asked()).as("fuel asked for by who does not sell it").isZero();
        return;
      }
      till.pay(1); // before it asks how much it may begin with
      try (Execution execution = executor.start(forever)) {
        for (long paid : new long[] {1, 10_000_000, 25_000_000}) {
          till.pay(paid);
          Check.await(till::asked, asked -> assertThat(asked).isGreaterThan(paid));
          Check.await(execution::usage, usage -> assertThat(usage.fuel()).isEqualTo(paid));
        }
        execution.stop(Duration.ZERO);
        assertThat(execution.await()).isInstanceOf(TaskOutcome.Stopped.class);
        assertThat(execution.usage().fuel()).isEqualTo(25_000_000);
      }
    }
  }

  /**
   * Where fuel is sold, what is used does not depend on where it was paid, and nor does the end.
   */
  @Test
  default void paidInPiecesItIsTheSameFuel() throws Exception {
    try (ExecutorBench bench = createBench();
        Executor executor = bench.createExecutor(FakeClock.create())) {
      ExecutionRequest copies = request(bench, Program.COPIES_INPUT, 1, "the same", later());
      long fuel;
      TaskOutcome outcome;
      try (Execution execution = executor.start(copies)) {
        outcome = execution.await();
        fuel = execution.usage().fuel();
      }
      FuelTill till = new FuelTill();
      if (executor.info().fuel()) {
        till.pay(fuel / 2);
      }
      try (Execution execution = executor.start(metered(copies, till))) {
        if (executor.info().fuel()) {
          assertThat(fuel).isPositive();
          Check.await(till::asked, asked -> assertThat(asked).isGreaterThan(fuel / 2));
          assertThat(executor.running()).as("its end is not told before it is paid").hasSize(1);
          till.pay(fuel);
        }
        assertThat(execution.await()).isEqualTo(outcome);
        assertThat(execution.usage().fuel()).isEqualTo(fuel);
        assertThat(till.asked()).isLessThanOrEqualTo(fuel);
      }
    }
  }

  /** A closed executor has stopped everything and is closed for every call. */
  @Test
  default void aClosedExecutorIsClosed() throws Exception {
    try (ExecutorBench bench = createBench()) {
      Execution execution;
      Workload workload = bench.workload(Program.COPIES_INPUT);
      Executor executor = bench.createExecutor(FakeClock.create());
      ExecutorInfo info = executor.info();
      try (executor) {
        execution = executor.start(request(bench, Program.RUNS_FOREVER, 1, "", later()));
      }
      executor.close();
      assertThat(executor.info()).isEqualTo(info);
      TaskOutcome outcome = execution.await();
      assertThat(outcome).isInstanceOf(TaskOutcome.Stopped.class);
      Usage usage = execution.usage();
      execution.close();
      execution.pause();
      execution.resume();
      execution.leaseUntil(later());
      execution.stop(Duration.ofSeconds(1));
      assertThat(execution.await()).isEqualTo(outcome);
      assertThat(execution.usage()).isEqualTo(usage);
      assertThat(execution.id()).isEqualTo(id(1));
      assertThat(execution.channel().awaitLog(Check.PATIENCE)).as("nothing was said").isEmpty();
      List<Check.Call> calls =
          List.of(
              () -> executor.admit(workload, ExecutionLimits.DEFAULTS),
              () -> executor.prepare(workload, bench.content(), Progress.NONE),
              () -> executor.start(request(bench, Program.COPIES_INPUT, 2, "", later())),
              executor::running,
              () -> executor.attach(id(1)));
      for (Check.Call call : calls) {
        Check.refused(ErrorCode.CLOSED, call);
      }
    }
  }
}
