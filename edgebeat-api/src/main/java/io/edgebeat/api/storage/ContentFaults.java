package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import org.jspecify.annotations.Nullable;

/** The errors of content stores in one wording. */
final class ContentFaults {
  private ContentFaults() {}

  static EdgeBeatException mismatch(ContentId block, String reason) {
    return new EdgeBeatException(
        ErrorCode.CONTENT_MISMATCH, "block " + block + " is refused: " + reason);
  }

  /** The same, said of the file that needs the block. */
  static EdgeBeatException inFile(ContentId file, long offset, EdgeBeatException block) {
    return new EdgeBeatException(
        block.code(),
        block.advice(),
        block.getMessage() + "; file " + file + " cannot be read from byte " + offset + " on",
        block);
  }

  static EdgeBeatException notFound(ContentId block) {
    return new EdgeBeatException(
        ErrorCode.CONTENT_NOT_FOUND,
        RetryAdvice.AFTER_STATE_CHANGE,
        "block " + block + " is not in this content store; put the file again",
        null);
  }

  static EdgeBeatException tooLarge(String what, long sizeBytes, long limitBytes) {
    return new EdgeBeatException(
        ErrorCode.CONTENT_TOO_LARGE,
        what + " has " + sizeBytes + " bytes and the limit is " + limitBytes);
  }

  static EdgeBeatException closed() {
    return new EdgeBeatException(ErrorCode.CLOSED, "this content store or reader is closed");
  }

  /** What whoever keeps or gives the bytes threw; a timeout is no interrupt. */
  static EdgeBeatException of(String what, Exception cause) {
    if (cause instanceof EdgeBeatException told) {
      return told;
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof InterruptedException) { // also one that a client has wrapped
        Thread.currentThread().interrupt();
      }
    }
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(what, cause);
    }
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "failed while " + what + ": " + cause,
        cause);
  }

  static EdgeBeatException interrupted(String what, @Nullable Exception cause) {
    return new EdgeBeatException(
        ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while " + what, cause);
  }
}
