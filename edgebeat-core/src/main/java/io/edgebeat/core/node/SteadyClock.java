package io.edgebeat.core.node;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that is never slower than time itself: when the clock it follows is set back or stands
 * still, it goes on by the count that timeouts are measured by, until the other has caught up. Work
 * that is metered by it cannot run for nothing while a clock is being set. Calls may overlap.
 */
public final class SteadyClock implements InstantSource {
  /** It lags by this part of the time, so that a clock which was set back is met again. */
  private static final long LAG = 1000;

  private final InstantSource clock;
  private final LongSupplier nanos;
  private @Nullable Instant last;
  private long lastNanos;

  /**
   * Follows a clock.
   *
   * @param clock what the time is, most of the time
   * @param nanos a count of nanoseconds that is never set
   */
  public SteadyClock(InstantSource clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  @Override
  public synchronized Instant instant() {
    Instant now = clock.instant();
    long count = nanos.getAsLong();
    if (last != null) {
      long passed = count - lastNanos;
      Instant least = last.plusNanos(passed - passed / LAG);
      now = now.isAfter(least) ? now : least;
    }
    last = now;
    lastNanos = count;
    return now;
  }
}
