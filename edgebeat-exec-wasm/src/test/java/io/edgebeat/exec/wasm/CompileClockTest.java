package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CompileClockTest {
  private static final ContentId IMAGE = ContentId.ofRaw(new byte[] {1});

  private static CompileClock clock(Duration most) {
    return new CompileClock(Bench.threads(), most);
  }

  private static <T> T stuckUntil(CountDownLatch latch, T value) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return value;
  }

  @Test
  void givesWhatWasCompiledOrWhatWentWrong() {
    CompileClock clock = clock(Duration.ofMinutes(1));
    assertThat(clock.compile(IMAGE, () -> "code")).isEqualTo("code");
    assertThatThrownBy(
            () ->
                clock.compile(
                    IMAGE,
                    () -> {
                      throw new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "bad");
                    }))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_WORKLOAD));
    assertThatThrownBy(
            () ->
                clock.compile(
                    IMAGE,
                    () -> {
                      throw new OutOfMemoryError("planted");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(clock.compile(IMAGE, () -> 5)).isEqualTo(5);
  }

  @Test
  void refusesWhatIsLateAndKeepsItsPlaceUntilItHasEnded() {
    CompileClock clock = clock(Duration.ofMillis(20));
    CountDownLatch release = new CountDownLatch(1);
    assertThatThrownBy(() -> clock.compile(IMAGE, () -> stuckUntil(release, 1)))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
        .hasMessageContaining("PT0.02S")
        .hasMessageContaining(IMAGE.toString());
    assertThatThrownBy(() -> clock.compile(IMAGE, () -> 2))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
    release.countDown();
    // As soon as the late one has ended; it may take a few turns.
    while (true) {
      try {
        assertThat(clock.compile(IMAGE, () -> 3)).isEqualTo(3);
        return;
      } catch (EdgeBeatException e) {
        assertThat(e.code()).isIn(ErrorCode.LIMIT_EXCEEDED, ErrorCode.WORKLOAD_REFUSED);
      }
    }
  }

  @Test
  void aFactoryWithoutThreadsLeavesThePlaceFree() {
    CompileClock clock = new CompileClock(work -> null, Duration.ofMinutes(1));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> clock.compile(IMAGE, () -> 1))
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED));
    }
  }
}
