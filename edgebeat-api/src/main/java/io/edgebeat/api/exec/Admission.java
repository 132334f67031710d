package io.edgebeat.api.exec;

import io.edgebeat.api.error.ErrorCode;

/** A value: whether an executor would run a workload, said before any money moves. */
public sealed interface Admission {

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
