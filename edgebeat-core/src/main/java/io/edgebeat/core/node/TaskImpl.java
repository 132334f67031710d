package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** One task of this buyer; follows it from seller to seller. */
final class TaskImpl implements Task {
  private final NodeImpl node;
  private final NodeParts parts;
  private final TaskId id;
  private final NegotiationId first;

  TaskImpl(NodeImpl node, NodeParts parts, TaskId id, NegotiationId first) {
    this.node = node;
    this.parts = parts;
    this.id = id;
    this.first = first;
  }

  private PartitionKey key() {
    PartitionKey key = PartitionKey.buyer(first);
    while (true) {
      Optional<NegotiationId> next =
          node.reactor().read(key, BuyerSide.class, BuyerSide::next).flatMap(n -> n);
      if (next.isEmpty()) {
        return key;
      }
      key = PartitionKey.buyer(next.get());
    }
  }

  private <T> Optional<T> read(Function<BuyerSide, Optional<T>> what) {
    return node.reactor().read(key(), BuyerSide.class, what).flatMap(v -> v);
  }

  @Override
  public TaskId id() {
    return id;
  }

  @Override
  public TaskState state() {
    return read(s -> Optional.of(s.taskState(id))).orElse(TaskState.SEARCHING);
  }

  @Override
  public Optional<AgreementId> agreement() {
    return read(s -> s.deal() == DealState.SIGNED ? s.id() : Optional.empty());
  }

  @Override
  public TaskOutcome await(Duration timeout) {
    long end = parts.runner().nanos() + timeout.toNanos();
    while (true) {
      PartitionKey key = key();
      node.reactor()
          .await(
              key,
              BuyerSide.class,
              this::over,
              Duration.ofNanos(Math.max(0, end - parts.runner().nanos())),
              "task " + id);
      if (key.equals(key())) {
        return result(key);
      }
    }
  }

  /** Over: settled, or, under an agreement of many tasks, checked; or it came to nothing. */
  private boolean over(BuyerSide s) {
    boolean checked = s.task(id).map(BuyerSide.TaskView::over).orElse(false);
    boolean single = s.offer().map(o -> o.terms().maxTasks() == 1).orElse(true);
    return s.finished() || (checked && !single);
  }

  private TaskOutcome result(PartitionKey key) {
    return node.reactor()
        .read(
            key,
            BuyerSide.class,
            s -> {
              Optional<TaskOutcome> outcome = s.task(id).flatMap(BuyerSide.TaskView::outcome);
              if (outcome.isPresent()) {
                return outcome.get();
              }
              AgreementSide.Failure why =
                  s.failure()
                      .orElse(
                          new AgreementSide.Failure(
                              ErrorCode.NO_ANSWER, "the agreement ended without an outcome"));
              throw new EdgeBeatException(
                  why.code(), RetryAdvice.AFTER_STATE_CHANGE, why.reason(), null);
            })
        .orElseThrow();
  }

  @Override
  public Optional<TaskOutcome> outcome() {
    return read(s -> s.task(id).flatMap(BuyerSide.TaskView::outcome));
  }

  @Override
  public InputStream result() {
    ContentId output =
        outcome()
            .flatMap(TaskOutcome::output)
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.WRONG_STATE,
                        RetryAdvice.AFTER_STATE_CHANGE,
                        "task " + id + " is " + state() + " and has no output",
                        null));
    ContentReader reader = parts.content().open(output);
    return new FilterInputStream(reader.stream()) {
      @Override
      public void close() throws IOException {
        super.close();
        reader.close();
      }
    };
  }

  @Override
  public TaskChannel channel() {
    return node.talks().of(id, this::key);
  }

  @Override
  public void cancel() {
    node.command(key(), new Event.CancelTask(id));
  }

  @Override
  public Usage usage() {
    return read(s -> s.task(id).map(BuyerSide.TaskView::usage)).orElse(Usage.NONE);
  }

  @Override
  public Amount spent() {
    return read(s -> Optional.of(s.paid())).orElse(Amount.zero(Asset.EDG));
  }

  @Override
  public long ticks() {
    return read(s -> Optional.of(s.ticks())).orElse(0L);
  }

  @Override
  public Amount maximumLoss() {
    return read(s -> s.maximumLoss().map(l -> l.buyer())).orElse(Amount.zero(Asset.EDG));
  }

  @Override
  public Invoice invoice() {
    return read(AgreementSide::invoice)
        .orElseThrow(
            () ->
                new EdgeBeatException(
                    ErrorCode.WRONG_STATE,
                    RetryAdvice.AFTER_STATE_CHANGE,
                    "the agreement of task " + id + " is not settled yet; the task is " + state(),
                    null));
  }

  @Override
  public byte[] proof() {
    return node.proof(key());
  }
}
