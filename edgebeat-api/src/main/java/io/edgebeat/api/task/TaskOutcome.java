package io.edgebeat.api.task;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import java.util.Optional;

/** A value: how one task ended. A program that fails is an outcome, never an exception. */
public sealed interface TaskOutcome {

  /**
   * What came out, if anything did.
   *
   * @return the id of the output
   */
  default Optional<ContentId> output() {
    return Optional.empty();
  }

  /**
   * The program ended by itself without an error.
   *
   * @param result its output
   */
  record Completed(ContentId result) implements TaskOutcome {
    @Override
    public Optional<ContentId> output() {
      return Optional.of(result);
    }
  }

  /**
   * The program ended by itself with an exit code other than 0.
   *
   * @param code the exit code
   * @param result what it had written before
   */
  record Exited(int code, ContentId result) implements TaskOutcome {
    @Override
    public Optional<ContentId> output() {
      return Optional.of(result);
    }
  }

  /**
   * The program did what its machine forbids.
   *
   * @param reason such as {@code unreachable} or {@code out of bounds memory access}
   */
  record Trapped(String reason) implements TaskOutcome {}

  /** The program used up its fuel. */
  record OutOfFuel() implements TaskOutcome {}

  /**
   * The program needed more memory than its limit.
   *
   * @param limitBytes the limit
   */
  record OutOfMemory(long limitBytes) implements TaskOutcome {}

  /**
   * The program ran longer than its limit.
   *
   * @param limitMillis the limit in milliseconds
   */
  record TimedOut(long limitMillis) implements TaskOutcome {}

  /**
   * The program was stopped from outside.
   *
   * @param reason such as {@code lease over}, {@code unpaid} or {@code cancelled}
   */
  record Stopped(String reason) implements TaskOutcome {}

  /**
   * The program never ran, or its executor failed.
   *
   * @param code what went wrong
   * @param message names the offending value
   */
  record Failed(ErrorCode code, String message) implements TaskOutcome {}
}
