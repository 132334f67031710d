package io.edgebeat.core.embedded.content;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** The errors of this package in one wording. */
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

  static EdgeBeatException interrupted(String what) {
    return new EdgeBeatException(
        ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while " + what, null);
  }

  static EdgeBeatException io(String what, IOException cause) {
    if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedIOException) {
      return new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while " + what, cause);
    }
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "failed while " + what + ": " + cause,
        cause);
  }
}
