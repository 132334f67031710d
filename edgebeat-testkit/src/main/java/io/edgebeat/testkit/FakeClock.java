package io.edgebeat.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test advances it. It never goes back, except by {@link
 * #setBack}.
 *
 * <p>Threads: calls may overlap.
 */
public final class FakeClock implements InstantSource {
  /** Where a clock begins that is not told another time: far from now, in whole seconds. */
  public static final Instant START = Instant.ofEpochSecond(1_800_000_000);

  private final AtomicReference<Instant> now;

  private FakeClock(Instant start) {
    this.now = new AtomicReference<>(Objects.requireNonNull(start, "start"));
  }

  /**
   * A clock that begins at {@link #START}.
   *
   * @return the clock
   */
  public static FakeClock create() {
    return at(START);
  }

  /**
   * A clock that begins at some time.
   *
   * @param start what it shows first
   * @return the clock
   */
  public static FakeClock at(Instant start) {
    return new FakeClock(start);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /**
   * Lets time pass.
   *
   * @param by how much
   * @return what the clock shows now
   * @throws IllegalArgumentException naming the duration when it is negative
   */
  public Instant advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException(
          "a clock is advanced by a positive duration, found " + by + "; setBack takes it back");
    }
    return now.updateAndGet(t -> t.plus(by));
  }

  /**
   * Lets time pass up to an instant; one that has passed changes nothing.
   *
   * @param instant what the clock shows then at least
   * @return what the clock shows now
   */
  public Instant advanceTo(Instant instant) {
    return now.updateAndGet(t -> instant.isAfter(t) ? instant : t);
  }

  /**
   * Takes the clock back, as somebody who sets a machine's clock does.
   *
   * @param by how much
   * @return what the clock shows now
   * @throws IllegalArgumentException naming the duration when it is negative
   */
  public Instant setBack(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("a clock is set back by a positive duration, not " + by);
    }
    return now.updateAndGet(t -> t.minus(by));
  }

  /** What it shows. */
  @Override
  public String toString() {
    return "FakeClock " + now.get();
  }
}
