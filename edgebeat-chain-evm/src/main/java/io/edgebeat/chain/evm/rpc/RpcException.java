package io.edgebeat.chain.evm.rpc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.time.Duration;

/** What this package's failures are for the caller of a ledger. */
public final class RpcException {
  /** Long enough for most of what passes by itself. */
  private static final RetryAdvice LATER = RetryAdvice.after(Duration.ofSeconds(1));

  private RpcException() {}

  /** No endpoint has given an answer that can be used. */
  public static EdgeBeatException unavailable(String why) {
    return new EdgeBeatException(ErrorCode.LEDGER_UNAVAILABLE, LATER, why, null);
  }

  static EdgeBeatException refused(String endpoint, String method, Answers.NodeError error) {
    return unavailable(
        endpoint + " refuses " + method + ": " + error.message() + " (" + error.code() + ")");
  }

  static EdgeBeatException interrupted(String doing) {
    return new EdgeBeatException(
        ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while " + doing, null);
  }

  static EdgeBeatException closed() {
    return new EdgeBeatException(ErrorCode.CLOSED, "the ledger is closed");
  }
}
