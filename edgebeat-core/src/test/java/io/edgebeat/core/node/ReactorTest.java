package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.wallet.CapacityDecider;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What follows from a decision follows once it is durable, and from nothing that came later. */
final class ReactorTest {
  private final BlockingQueue<Reactor.Appended> appended = new LinkedBlockingQueue<>();
  private final List<Long> told = new CopyOnWriteArrayList<>();

  private final Reactor.Shell shell =
      new Reactor.Shell() {
        @Override
        public void perform(Cell<?> cell, ActionKey key, Action action) {}

        @Override
        public Runnable decided(Cell<?> cell, FactBatch batch) {
          long before = cell.decided;
          return () -> told.add(before);
        }

        @Override
        public void broken(PartitionKey key, Throwable defect) {}
      };

  private Reactor.Appended next() throws InterruptedException {
    return Objects.requireNonNull(appended.poll(30, TimeUnit.SECONDS), "nothing was journaled");
  }

  @Test
  void whatFollowsFromADecisionWaitsForItAndRestsOnNoLaterOne() throws Exception {
    try (Threads threads = new Threads("reactor", 1)) {
      Reactor reactor =
          new Reactor(
              InstantSource.system(),
              threads,
              (batch, done) -> appended.add(done),
              shell,
              Map.of(PartitionKey.Kind.CAPACITY, new CapacityDecider()));
      reactor.start(List.of());
      CompletableFuture<Void> first = post(reactor, 1);
      Reactor.Appended one = next();
      CompletableFuture<Void> second = post(reactor, 2);
      Reactor.Appended two = next();
      assertThat(told).isEmpty();

      one.ended(null);
      first.get(30, TimeUnit.SECONDS);
      assertThat(told).containsExactly(0L);
      assertThat(second).isNotDone();

      two.ended(null);
      second.get(30, TimeUnit.SECONDS);
      assertThat(told).containsExactly(0L, 1L);
    }
  }

  private static CompletableFuture<Void> post(Reactor reactor, int cores) {
    return reactor.post(
        PartitionKey.CAPACITY, new Event.CapacityIs(new ResourceSpec(cores * 1_000L, 1L << 30, 0)));
  }
}
