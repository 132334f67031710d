package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeClockTest {
  private final FakeClock clock = FakeClock.create();

  @Test
  void standsStillUntilItIsAdvanced() {
    assertThat(clock.instant()).isEqualTo(FakeClock.START).isEqualTo(clock.instant());
    clock.advance(Duration.ofSeconds(5));
    assertThat(clock.instant()).isEqualTo(FakeClock.START.plusSeconds(5));
  }

  @Test
  void goesBackOnlyWhenItIsTold() {
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
    assertThat(clock.advanceTo(FakeClock.START.minusSeconds(1))).isEqualTo(FakeClock.START);
    assertThat(clock.advanceTo(FakeClock.START.plusSeconds(9)))
        .isEqualTo(FakeClock.START.plusSeconds(9));
    assertThat(clock.setBack(Duration.ofSeconds(10))).isEqualTo(FakeClock.START.minusSeconds(1));
  }
}
