package io.edgebeat.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.Usage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What passes a gate, what waits there, and when the engine is told. */
class MeterGateTest {
  private final List<Long> told = new CopyOnWriteArrayList<>();
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

  private MeterGate byFuel(long tick) {
    return new MeterGate(new TickUnit(TickUnit.Kind.FUEL, tick), (kind, units) -> told.add(units));
  }

  private static Usage used(long fuel) {
    return new Usage(fuel, 0, 0, 0, 0, Map.of());
  }

  @Test
  void fuelThatIsNotPaidForIsNotCounted() throws InterruptedException {
    gate.open();
    assertThat(gate.fuelTick()).isZero();
    assertThat(gate.fuel(1_000)).isEqualTo(Long.MAX_VALUE);
    assertThat(gate.used(used(1_000))).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void fuelPassesToTheEndOfTheTickThatHasBegun() throws InterruptedException {
    MeterGate fuel = byFuel(100);
    fuel.open();
    fuel.grant(300);
    assertThat(fuel.fuel(0)).isZero();
    assertThat(fuel.fuel(1)).isEqualTo(100);
    assertThat(fuel.fuel(100)).isEqualTo(100);
    assertThat(fuel.fuel(101)).isEqualTo(200);
    assertThat(fuel.used()).isEqualTo(101);
    assertThat(fuel.used(used(150))).isEqualTo(150);
    // What an execution says of itself counts as far as it was let pass, and no less than it asked.
    assertThat(fuel.used(used(1_000))).isEqualTo(200);
    assertThat(fuel.used(used(0))).isEqualTo(101);
    assertThat(told()).as("the first of the second tick is not worth telling yet").isEqualTo(100);
  }

  @Test
  void fuelWaitsForItsTickAndPassesNoFurtherThanGranted() throws Exception {
    MeterGate fuel = byFuel(100);
    fuel.open();
    fuel.grant(150);
    assertThat(fuel.fuel(120)).isEqualTo(150);
    FutureTask<Long> waits = new FutureTask<>(() -> fuel.fuel(151));
    Thread.ofVirtual().start(waits);
    while (told() < 151) {
      Thread.onSpinWait();
    }
    assertThat(waits.isDone()).isFalse();
    assertThat(fuel.used(used(150))).isEqualTo(150);
    fuel.limit(150);
    assertThat(fuel.fuel(150)).as("what has passed is told at any time").isEqualTo(150);
    fuel.grant(200);
    assertThat(waits.get()).isEqualTo(200);
  }

  @Test
  void otherUnitsTakeOfTheSameTick() throws InterruptedException {
    MeterGate fuel = byFuel(100);
    fuel.open();
    fuel.grant(100);
    assertThat(fuel.fuel(10)).isEqualTo(100);
    fuel.use("thermometer", 30);
    assertThat(fuel.used(used(100))).as("nothing of the old answer holds").isEqualTo(40);
    assertThat(fuel.fuel(11)).isEqualTo(70);
    assertThat(fuel.used(used(70))).isEqualTo(100);
    AtomicInteger passed = new AtomicInteger();
    fuel.ask("thermometer", 60, passed::incrementAndGet);
    assertThat(passed).hasValue(0);
    assertThat(told()).isEqualTo(101);
  }

  @Test
  void whoGivesUpWaitingHasNotGotIt() throws Exception {
    MeterGate fuel = byFuel(100);
    fuel.open();
    FutureTask<Long> waits = new FutureTask<>(() -> fuel.fuel(5));
    Thread thread = Thread.ofVirtual().start(waits);
    while (told() < 5) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertThatThrownBy(waits::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(fuel.used(used(5))).isZero();
    FutureTask<Long> again = new FutureTask<>(() -> fuel.fuel(5));
    Thread.ofVirtual().start(again);
    Thread.sleep(20);
    assertThat(again.isDone()).isFalse();
    fuel.grant(100);
    assertThat(again.get()).isEqualTo(100);
    assertThat(told()).isEqualTo(5);
  }
}
