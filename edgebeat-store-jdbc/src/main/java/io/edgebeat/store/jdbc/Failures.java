package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database says, in EdgeBeat's words: what failed, and what to do. */
final class Failures {
  private static final RetryAdvice LATER = RetryAdvice.after(Duration.ofSeconds(5));

  /** H2's own codes, where the standard has none. */
  private static final int H2_READ_ONLY = 90097;

  private static final int H2_IN_USE = 90020;

  /** No URL, an unknown setting, a relative path. */
  private static final Set<Integer> H2_BAD_URL = Set.of(90046, 90113, 90011);

  /** The disk does not do what it is told. */
  private static final Set<Integer> H2_IO = Set.of(90028, 90031);

  private Failures() {}

  /** The first SQL exception among an exception and its causes. */
  static @Nullable SQLException sql(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }

  /** Whether the connection is of no use any more, and another one may be. */
  static boolean lost(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P") || state.startsWith("9009");
  }

  /**
   * Whether it may be that the files of an embedded database are damaged: nothing else is known.
   */
  static boolean isUnexplained(Throwable e) {
    SQLException sql = sql(e);
    if (sql == null || Thread.currentThread().isInterrupted()) {
      return false;
    }
    int code = sql.getErrorCode();
    String state = String.valueOf(sql.getSQLState());
    return code != H2_IN_USE
        && code != H2_READ_ONLY
        && !H2_BAD_URL.contains(code)
        && !H2_IO.contains(code)
        && !lost(sql)
        && !state.matches("(22|28|53).*|25006|42501");
  }

  /** Whether another process has the embedded database. */
  static boolean isInUse(SQLException e) {
    return e.getErrorCode() == H2_IN_USE;
  }

  static EdgeBeatException of(Place place, Throwable e) {
    if (Thread.currentThread().isInterrupted()) {
      return new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.SAME_CALL,
          "interrupted while the index at " + place + " was asked",
          e);
    }
    SQLException sql = sql(e);
    String state = sql == null ? "" : String.valueOf(sql.getSQLState());
    int code = sql == null ? 0 : sql.getErrorCode();
    String says = sql == null ? String.valueOf(e.getMessage()) : String.valueOf(sql.getMessage());
    if (code == H2_IN_USE) {
      return failed(
          ErrorCode.LOCKED,
          place,
          "is used by another process; end it, or give each node its own",
          says,
          e);
    }
    if (state.equals("25006") || code == H2_READ_ONLY) {
      return failed(ErrorCode.STORAGE_FAILED, place, "can only be read; make it writable", says, e);
    }
    if (H2_BAD_URL.contains(code)) {
      return failed(
          ErrorCode.INVALID_CONFIG_VALUE, place, "has a url that its driver refuses", says, e);
    }
    if (state.startsWith("22")) {
      return failed(ErrorCode.INVALID_ARGUMENT, place, "cannot hold a value", says, e);
    }
    if (state.startsWith("53")) {
      return failed(ErrorCode.STORAGE_FAILED, place, "is full; give it more room", says, e);
    }
    if (state.startsWith("28")) {
      return failed(
          ErrorCode.NOT_ALLOWED, place, "refuses this user; check user and password", says, e);
    }
    if (state.equals("42501")) {
      return failed(
          ErrorCode.NOT_ALLOWED,
          place,
          "does not let this user make or change its tables; grant that on the schema",
          says,
          e);
    }
    return failed(
        ErrorCode.STORAGE_FAILED, place, "failed; see that it runs and can be reached", says, e);
  }

  /** It will be deleted, which is said before it is done. */
  static EdgeBeatException damaged(Place place, Throwable e) {
    return failed(
        ErrorCode.STORAGE_FAILED,
        place,
        "failed again and is damaged; the next call deletes it, and it is drawn anew",
        String.valueOf(e.getMessage()),
        e);
  }

  private static EdgeBeatException failed(
      ErrorCode code, Place place, String what, String says, Throwable e) {
    return new EdgeBeatException(
        code, LATER, "the index at " + place + " " + what + ": " + redacted(place, says), e);
  }

  private static String redacted(Place place, String says) {
    String password = place.secret();
    return password.isEmpty() ? says : says.replace(password, "***");
  }
}
