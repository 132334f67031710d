package io.edgebeat.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.market.TickUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What passes a gate, what waits there, and when the engine is told. */
class MeterGateTest {
  private final List<Long> told = Collections.synchronizedList(new ArrayList<>());
  private final MeterGate gate =
      new MeterGate(TickUnit.seconds(1), (kind, units) -> told.add(units));

  private void use(int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      gate.use("call", 1);
    }
  }

  private long told() {
    return told.stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void whatWasGrantedPassesAndIsToldWellBeforeItIsUsedUp() throws InterruptedException {
    gate.open();
    gate.grant(100);
    use(24);
    assertThat(told).isEmpty();
    use(1);
    assertThat(told).containsExactly(25L);
    gate.grant(125);
    use(25);
    assertThat(told).containsExactly(25L, 25L);
    assertThat(gate.used()).isEqualTo(50);
  }

  @Test
  void neverMoreThanAQuarterOfWhatIsLeftIsUntold() throws InterruptedException {
    gate.open();
    gate.grant(1000);
    for (int used = 1; used <= 1000; used++) {
      use(1);
      assertThat(used - told()).isLessThanOrEqualTo((1000 - told()) / 4);
    }
    assertThat(told).hasSizeLessThan(40);
  }

  @Test
  void whatIsNotGrantedWaitsAndIsToldAtOnce() {
    gate.open();
    gate.grant(1);
    AtomicInteger passed = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      gate.ask("call", 1, passed::incrementAndGet);
    }
    assertThat(passed).hasValue(1);
    assertThat(told()).isEqualTo(3);
    gate.grant(2);
    assertThat(passed).hasValue(2);
    assertThat(gate.used()).isEqualTo(2);
  }

  @Test
  void aThreadThatWaitsGoesOnWhenAllOfItIsGranted() throws Exception {
    BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
    MeterGate waited = new MeterGate(TickUnit.seconds(1), (kind, units) -> asked.add(units));
    waited.open();
    FutureTask<Long> waits =
        new FutureTask<>(
            () -> {
              waited.use("call", 2);
              return waited.used();
            });
    Thread.ofVirtual().start(waits);
    assertThat(asked.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
    waited.grant(1);
    assertThat(waited.used()).isZero();
    waited.grant(2);
    assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void whatIsAboutToEndUsesNoMoreThanItsLimit() {
    gate.open();
    gate.grant(100);
    AtomicInteger passed = new AtomicInteger();
    gate.ask("call", 1, passed::incrementAndGet);
    gate.limit(2);
    gate.ask("call", 1, passed::incrementAndGet);
    gate.ask("call", 1, passed::incrementAndGet);
    assertThat(passed).hasValue(2);
  }

  @Test
  void whatIsUsedBeforeTheEngineKnowsOfItIsToldThen() {
    gate.grant(1);
    gate.ask("call", 1, () -> {});
    assertThat(told).isEmpty();
    gate.open();
    assertThat(told).containsExactly(1L);
  }
}
