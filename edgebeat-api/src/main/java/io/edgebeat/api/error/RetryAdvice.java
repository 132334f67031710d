package io.edgebeat.api.error;

import java.time.Duration;
import java.util.Objects;

/**
 * A value that says when the failed call is worth repeating.
 *
 * @param kind what has to happen before the call is repeated
 * @param delay how long to wait first; zero unless {@code kind} is {@link Kind#AFTER}
 */
public record RetryAdvice(Kind kind, Duration delay) {

  /** What has to happen before a failed call is repeated. */
  public enum Kind {
    /** The same call may be repeated at once: it had no effect. */
    SAME_CALL,
    /** The same call may be repeated after {@link RetryAdvice#delay()}. */
    AFTER,
    /** Something the caller can see must change first (a balance, a state, a configuration). */
    AFTER_STATE_CHANGE,
    /** The call can never succeed with these arguments. */
    NEVER
  }

  /** Repeat the same call at once. */
  public static final RetryAdvice SAME_CALL = new RetryAdvice(Kind.SAME_CALL, Duration.ZERO);

  /** Repeat only after something the caller can see has changed. */
  public static final RetryAdvice AFTER_STATE_CHANGE =
      new RetryAdvice(Kind.AFTER_STATE_CHANGE, Duration.ZERO);

  /** Do not repeat. */
  public static final RetryAdvice NEVER = new RetryAdvice(Kind.NEVER, Duration.ZERO);

  /** Checks the components. */
  public RetryAdvice {
    Objects.requireNonNull(kind, "kind");
    if (delay.isNegative() || (kind != Kind.AFTER && !delay.isZero())) {
      throw new IllegalArgumentException("delay " + delay + " does not fit advice " + kind);
    }
  }

  /**
   * Advice to repeat the same call after a while.
   *
   * @param delay how long to wait, not negative
   * @return the advice
   */
  public static RetryAdvice after(Duration delay) {
    return new RetryAdvice(Kind.AFTER, delay);
  }
}
