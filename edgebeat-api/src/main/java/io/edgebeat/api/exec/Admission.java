package io.edgebeat.api.exec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;

/** A value: whether an executor would run a workload, said before any money moves. */
public sealed interface Admission {

  /**
   * Goes on only if it is a yes.
   *
   * @throws EdgeBeatException with code and reason of the refusal
   */
  default void orThrow() {
    if (this instanceof Refused refused) {
      throw new EdgeBeatException(refused.code, refused.reason);
    }
  }

  /** Yes. */
  record Admitted() implements Admission {}

  /**
   * No.
   *
   * @param code why, {@code WORKLOAD_REFUSED} or {@code LIMIT_EXCEEDED}
   * @param reason names the offending value
   */
  record Refused(ErrorCode code, String reason) implements Admission {}
}
