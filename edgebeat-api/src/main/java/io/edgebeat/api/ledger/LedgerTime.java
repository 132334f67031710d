package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Time as a ledger counts it: whole seconds since 1970 that fit 40 bits. */
public final class LedgerTime {
  private static final long LIMIT = 1L << 40;

  private LedgerTime() {}

  /**
   * Cuts an instant to whole seconds.
   *
   * @param instant any instant
   * @return the second it lies in
   */
  public static Instant floor(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }

  static void check(String name, Instant instant) {
    if (instant.getNano() != 0
        || instant.getEpochSecond() < 0
        || instant.getEpochSecond() >= LIMIT) {
      throw new EdgeBeatException(
          ErrorCode.BAD_TIME, name + " must be whole seconds in uint40, found " + instant);
    }
  }
}
