package io.edgebeat.samples.weather;

import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A seller does a fraction of the work and delivers that as the result.
 *
 * <p>Of the two ways to deliver a bad result this is the harder one. Bytes that do not fit their id
 * never get past the buyer's node. These do fit: the seller signed for exactly what it delivers,
 * and only who computes it again sees that it is wrong.
 */
final class BadResult implements Fault {
  @Override
  public String id() {
    return "bad-result";
  }

  @Override
  public Ending run(Stage stage) throws IOException {
    Executor lazy =
        stage.owned(
            new Lazy(
                WasmExecutor.create(
                    Thread.ofPlatform().daemon().stackSize(WasmExecutor.STACK_BYTES).factory(),
                    InstantSource.system(),
                    WasmLimits.DEFAULTS)));
    var unused = stage.attic(stage.newKey(), node -> node.executor(lazy));
    Task task = stage.job().submit(stage.buyer().buyer());
    TaskOutcome outcome = task.await(Duration.ofMinutes(1));
    Settled.require(outcome instanceof TaskOutcome.Completed, "the task came to " + outcome);
    AgreementRecord spoiled = stage.closed(task.agreement().orElseThrow());
    String report = WeatherJob.report(task);
    Settled.require(!stage.job().isRight(report), "attic's result is right");
    stage.step("the buyer computes the result again, and it differs: attic gets no more work");

    Settled bought = stage.settled(stage.job().submit(stage.buyer().buyer(), Sellers.TOWER));

    MaximumLoss printed = stage.offer().maximumLoss();
    return new Ending(
        bought,
        List.of("buyer", "tower", "harbour"),
        spoiled,
        printed,
        "buyer",
        spoiled.paid().plus(spoiled.feePaid()),
        printed.buyerIfResultWithheld().orElse(printed.buyer()),
        List.of(
            "attic's report says bootstrap.resamples="
                + WeatherJob.field(report, "bootstrap.resamples")
                + ", the buyer had ordered "
                + stage.job().resamples()
                + ";",
            "its bytes fit the id that attic signed, so only the recomputation in Java found it.",
            "EdgeBeat bounds what time costs, it does not prove results: a wrong one is like one",
            "withheld, for which the offer prints the second amount. These terms held nothing back",
            "for the result. What was metered until attic stopped is paid, "
                + task.ticks()
                + " ticks; the rest",
            "of the deposit was never revealed and came back when the agreement was settled.",
            "Then tower did the task, and its result is right."));
  }

  /** Runs every program with ten resamples, whatever was ordered. */
  private static final class Lazy implements Executor {
    private static final List<String> FEW = List.of("10");

    private final Executor real;

    Lazy(Executor real) {
      this.real = real;
    }

    @Override
    public Execution start(ExecutionRequest r) {
      Workload ordered = r.workload();
      Workload less = new Workload(ordered.type(), ordered.image(), ordered.entry(), FEW);
      return real.start(
          new ExecutionRequest(
              r.id(),
              less,
              r.input(),
              r.limits(),
              r.hostProfile(),
              r.capabilities(),
              r.unitsPerMessage(),
              r.leaseUntil(),
              r.meter(),
              r.content()));
    }

    @Override
    public ExecutorInfo info() {
      return real.info();
    }

    @Override
    public Admission admit(Workload workload, ExecutionLimits limits) {
      return real.admit(workload, limits);
    }

    @Override
    public void prepare(Workload workload, ContentStore content, Progress progress) {
      real.prepare(workload, content, progress);
    }

    @Override
    public List<ExecutionId> running() {
      return real.running();
    }

    @Override
    public Optional<Execution> attach(ExecutionId id) {
      return real.attach(id);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
