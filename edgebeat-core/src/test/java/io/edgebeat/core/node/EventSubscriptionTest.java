package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.market.NegotiationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventSubscriptionTest {

  @Test
  void afterTheClosingNothingIsTold() {
    List<String> told = new ArrayList<>();
    List<EventSubscription> closed = new ArrayList<>();
    EventSubscription subscription =
        new EventSubscription(event -> told.add(event.name()), closed::add);
    subscription.tell(event("first"));
    subscription.close();
    subscription.tell(event("second"));
    assertThat(told).containsExactly("first");
    assertThat(closed).containsExactly(subscription);
  }

  @Test
  void closingWaitsForTheCallThatRuns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    EventSubscription subscription =
        new EventSubscription(
            event -> {
              begun.countDown();
              await(mayEnd);
              order.add("told");
            },
            s -> {});
    Thread teller = Thread.ofPlatform().start(() -> subscription.tell(event("slow")));
    await(begun);
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  subscription.close();
                  order.add("closed");
                });
    while (closer.getState() != Thread.State.WAITING && closer.isAlive()) {
      Thread.onSpinWait();
    }
    mayEnd.countDown();
    teller.join();
    closer.join();
    assertThat(order).containsExactly("told", "closed");
  }

  @Test
  void aListenerMayCloseItsOwnSubscription() {
    AtomicReference<EventSubscription> own = new AtomicReference<>();
    List<String> told = new ArrayList<>();
    own.set(
        new EventSubscription(
            event -> {
              told.add(event.name());
              own.get().close();
            },
            s -> {}));
    own.get().tell(event("first"));
    own.get().tell(event("second"));
    assertThat(told).containsExactly("first");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static NodeEvent event(String name) {
    return new NodeEvent(Instant.EPOCH, NegotiationId.of(new byte[16]), "buyer", name, Map.of());
  }
}
