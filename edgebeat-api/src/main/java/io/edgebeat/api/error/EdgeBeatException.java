package io.edgebeat.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library. The message names the offending value and says what to do; the
 * cause is the backend's own, if there is one.
 */
public final class EdgeBeatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code; kept as a field of this exception's serialized form. */
  private final ErrorCode code;

  /** The advice; not serialized because it is a plain value derived by the thrower. */
  private final transient RetryAdvice advice;

  /**
   * Creates the exception.
   *
   * @param code what went wrong
   * @param advice when a repetition is worth it
   * @param message names the offending value and says what to do
   * @param cause the backend's own exception, or null
   */
  public EdgeBeatException(
      ErrorCode code, RetryAdvice advice, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.advice = Objects.requireNonNull(advice, "advice");
  }

  /**
   * Creates an exception that no repetition will cure.
   *
   * @param code what went wrong
   * @param message names the offending value and says what to do
   */
  public EdgeBeatException(ErrorCode code, String message) {
    this(code, RetryAdvice.NEVER, message, null);
  }

  /** Names the offending value and says what to do; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Class, code and message. */
  @Override
  public String toString() {
    return getClass().getName() + ": " + code + ": " + getMessage();
  }

  /**
   * What went wrong.
   *
   * @return the code
   */
  public ErrorCode code() {
    return code;
  }

  /**
   * When a repetition is worth it.
   *
   * @return the advice
   */
  @SuppressWarnings("RedundantNullCheck") // a transient field is null after deserialization
  public RetryAdvice advice() {
    return advice == null ? RetryAdvice.NEVER : advice;
  }
}
